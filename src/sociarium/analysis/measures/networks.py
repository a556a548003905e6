"""Measures of feeds: how far posts come, and who is tied to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sociarium.analysis.measures.missing import Missing
from sociarium.analysis.measures.units import MeasuredMessage, MeasuredRun
from sociarium.environments.feed.derive import DerivedFeed
from sociarium.environments.feed.optional_libraries import networkx

SEED = 0
"""Of the search for groups, so that one network always has the same."""

APPROVING = frozenset({"like", "repost"})
"""Reactions that pass for approval; replies and quotes may say anything."""

NO_FEED = Missing("no feed")
Tie = tuple[str, str]


def reach(run: MeasuredRun, post: MeasuredMessage) -> float | Missing:
    """People who were shown a post, by itself or as it was shared, each once."""
    if run.feed is None:
        return NO_FEED
    return len({one["person"] for one in run.feed.exposures if one["post"] == post.post})


def cascade_depth(run: MeasuredRun, post: MeasuredMessage) -> float | Missing:
    """Posts in the longest chain of replies, quotes and reposts behind a post; 0 where nobody followed it up."""
    if run.feed is None:
        return NO_FEED
    children: dict[str, list[str]] = defaultdict(list)
    for one in run.feed.posts:
        if one["parent"] is not None:
            children[one["parent"]].append(one["id"])
    depth, level, known = 0, children[post.post], {post.post}
    while level := [one for one in dict.fromkeys(level) if one not in known]:
        depth += 1
        known.update(level)
        level = [child for one in level for child in children[one]]
    return depth


def reciprocity(run: MeasuredRun) -> float | Missing:
    """Share of follows among the people that are returned, as they stand at the end.

    Source: Wasserman and Faust (1994), Social network analysis, section 13.4; ties to accounts outside do not count.
    """
    if run.feed is None:
        return NO_FEED
    ties = ties_after(run.feed)
    return sum((other, one) in ties for one, other in ties) / len(ties) if ties else Missing("no follows")


def modularity(run: MeasuredRun) -> float | Missing:
    """Newman's modularity of the network of follows at the end, directions dropped, in the groups that Louvain finds.

    Sources: Newman and Girvan (2004), Physical Review E 69, 026113; Blondel et al. (2008), J. Stat. Mech. P10008.
    """
    if run.feed is None:
        return NO_FEED
    ties = ties_after(run.feed)
    return _groups(_handles(run.feed), ties)[1] if ties else Missing("no follows")


def polarisation(run: MeasuredRun) -> Mapping[str, float] | Missing:
    """Of each day: how much approval stays inside groups, -1 (all crosses) to 1 (all stays).

    It is the E-I index of Krackhardt and Stern (1988), Social Psychology Quarterly 51(2), 123-140, its sign turned:
    (internal - external) / all, of likes and reposts. Groups are those that Louvain finds in the network of follows as
    it stood before the day. A day without such reactions, or with fewer than two groups, has no value.
    """
    if run.feed is None:
        return NO_FEED
    authors = {one["id"]: one["author"] for one in run.feed.posts}
    handles = _handles(run.feed)
    by_day: dict[int, list[Tie]] = defaultdict(list)
    for one in run.feed.reactions:
        pair = (one["author"], authors.get(one["post"], ""))
        if one["kind"] in APPROVING and pair[0] != pair[1] and {*pair} <= {*handles}:
            by_day[one["day"]].append(pair)
    course: dict[str, float] = {}
    for day, pairs in sorted(by_day.items()):
        group_of, _ = _groups(handles, ties_after(run.feed, before=day))
        if len({*group_of.values()} - {-1}) < 2:
            continue
        inside = sum(group_of[one] == group_of[other] != -1 for one, other in pairs)
        course[str(day)] = (2 * inside - len(pairs)) / len(pairs)
    return course or Missing("no day with approval and two groups")


def ties_after(feed: DerivedFeed, *, before: int | None = None) -> frozenset[Tie]:
    """Who follows whom among the people of a feed.

    Args:
        before: as it stood when this day began; at the end where left out.
    """
    handles, ties = {*_handles(feed)}, set()
    for one in feed.follows:
        tie = (one["person"], one["other"])
        if not handles.issuperset(tie) or (before is not None and one["day"] >= before):
            continue
        if one["change"] == "follow":
            ties.add(tie)
        else:
            ties.discard(tie)
    return frozenset(ties)


def _handles(feed: DerivedFeed) -> Sequence[str]:
    return [person["handle"] for person in feed.people]


def _groups(handles: Sequence[str], ties: Iterable[Tie]) -> tuple[dict[str, int], float]:
    """Each person's group (-1: tied to nobody), and the modularity. Raises `MissingExtra`."""
    nx = networkx()
    # Numbers in order of joining: sets of names are walked in another order in each Python.
    number = {handle: place for place, handle in enumerate(handles)}
    graph = nx.Graph()
    graph.add_edges_from(sorted({(min(pair), max(pair)) for pair in ((number[a], number[b]) for a, b in ties)}))
    groups = nx.community.louvain_communities(graph, seed=SEED) if graph.number_of_edges() else []
    group_of = dict.fromkeys(handles, -1)
    for place, group in enumerate(sorted(groups, key=min)):
        for member in group:
            group_of[handles[member]] = place
    return group_of, float(nx.community.modularity(graph, groups)) if groups else 0.0
