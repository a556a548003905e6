"""Measures of feeds, of networks small enough to count by hand, and against networkx called directly."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest

from sociarium.analysis.measures.missing import Missing
from sociarium.analysis.measures.networks import cascade_depth, modularity, polarisation, reach, reciprocity
from sociarium.analysis.measures.units import MeasuredMessage, MeasuredRun
from sociarium.environments.feed.derive import DerivedFeed

TWO_CLIQUES = [(a, b) for group in ("abc", "xyz") for a in group for b in group if a != b]


def _feed(ties: list[tuple[str, str]], people: str = "abcxyz", **parts: Any) -> DerivedFeed:
    follows = [{"person": a, "other": b, "change": "follow", "day": 0} for a, b in ties]
    return DerivedFeed([{"handle": one} for one in people], follows=follows + parts.pop("changes", []), **parts)


def _run(feed: DerivedFeed | None) -> MeasuredRun:
    posts = feed.posts if feed else []
    messages = tuple(
        MeasuredMessage(f"post/{one['id']}", at, 1, one["author"], "", "words", post=one["id"])
        for at, one in enumerate(posts, start=1)
    )
    return MeasuredRun("run", messages, ("a",), feed)


def _post(name: str, author: str = "a", parent: str | None = None) -> dict[str, Any]:
    return {"id": name, "author": author, "parent": parent}


def test_reach_counts_each_person_once_however_often_and_by_whomever_a_post_was_shown() -> None:
    shown = [("b", "p1"), ("b", "p1"), ("c", "p1"), ("c", "p2")]
    feed = _feed([], posts=[_post("p1"), _post("p2"), _post("p3")],
                 exposures=[{"person": person, "post": post} for person, post in shown])  # fmt: skip
    run = _run(feed)
    assert [reach(run, one) for one in run.messages] == [2, 1, 0]


def test_the_depth_of_a_cascade_is_its_longest_chain_below_the_post() -> None:
    posts = [
        _post("p1"),
        _post("p2", "b", "p1"),
        _post("p3", "c", "p2"),
        _post("p4", "b", "p1"),
        _post("p5", "a", "p3"),
    ]
    run = _run(_feed([], posts=posts))
    assert [cascade_depth(run, one) for one in run.messages] == [3, 2, 1, 0, 0]


def test_reciprocity_is_the_share_of_follows_that_are_returned_at_the_end() -> None:
    changes = [{"person": "b", "other": "a", "change": "unfollow", "day": 2},
               {"person": "a", "other": "outside", "change": "follow", "day": 1}]  # fmt: skip
    ties = [("a", "b"), ("b", "a"), ("a", "c"), ("c", "a"), ("x", "y")]
    graph = nx.DiGraph(set(ties) - {("b", "a")})
    assert reciprocity(_run(_feed(ties, changes=changes))) == pytest.approx(nx.reciprocity(graph)) == pytest.approx(0.5)


def test_modularity_of_two_cliques_is_that_of_the_two_groups() -> None:
    feed = _feed([*TWO_CLIQUES, ("c", "x")])
    graph = nx.Graph([*TWO_CLIQUES, ("c", "x")])
    expected = nx.community.modularity(graph, [{*"abc"}, {*"xyz"}])
    assert modularity(_run(feed)) == pytest.approx(expected)


def test_polarisation_of_a_day_is_approval_inside_groups_less_that_across() -> None:
    posts = [_post("pa", "a"), _post("px", "x")]
    liked = [(1, "b", "pa", "like"), (1, "c", "pa", "repost"), (1, "y", "px", "like"), (1, "y", "pa", "like"),
             (2, "y", "pa", "like"), (2, "y", "px", "reply"), (2, "a", "pa", "like")]  # fmt: skip
    reactions = [{"day": day, "author": who, "post": post, "kind": kind} for day, who, post, kind in liked]
    feed = _feed([*TWO_CLIQUES, ("c", "x")], posts=posts, reactions=reactions)
    # Day 1: three inside, one across; on day 2 the one approval crosses, a reply and one's own post count nothing.
    assert polarisation(_run(feed)) == {"1": 0.5, "2": -1.0}


def test_groups_of_a_day_are_those_before_it() -> None:
    joined = [{"person": a, "other": b, "change": "follow", "day": 1} for a in "abc" for b in "xyz"]
    posts, like = [_post("px", "x")], {"author": "a", "post": "px", "kind": "like"}
    feed = _feed(TWO_CLIQUES, posts=posts, changes=joined, reactions=[like | {"day": 1}, like | {"day": 2}])
    course = polarisation(_run(feed))
    assert isinstance(course, dict)
    assert course["1"] == -1.0
    assert course.get("2") != -1.0


def test_what_has_no_network_has_no_value_and_says_why() -> None:
    assert reciprocity(_run(None)) == modularity(_run(None)) == polarisation(_run(None)) == Missing("no feed")
    assert reciprocity(_run(_feed([]))) == modularity(_run(_feed([]))) == Missing("no follows")
    assert polarisation(_run(_feed(TWO_CLIQUES))) == Missing("no day with approval and two groups")
