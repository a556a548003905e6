"""Who follows whom when the run begins, and whom a newcomer follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sociarium.environments.feed.optional_libraries import networkx
from sociarium.environments.feed.people import People, PersonState
from sociarium.environments.stage import Stage
from sociarium.experiment.feed.run_content import GraphContent, GraphKind

Edges = list[list[int]]
"""For each place, the places that it follows."""


def random(count: int, graph: GraphContent, seed: int) -> Edges:
    """Everybody follows anybody with the same probability (Erdős and Rényi)."""
    made = networkx().gnm_random_graph(count, min(graph.degree * count, count * (count - 1)), seed=seed, directed=True)
    return [sorted(made.successors(place)) for place in range(count)]


def small_world(count: int, graph: GraphContent, seed: int) -> Edges:
    """Neighbours follow each other, and some ties lead far away (Watts and Strogatz)."""
    degree = min(graph.degree, count - 1)
    made = networkx().watts_strogatz_graph(count, degree, graph.rewire, seed=seed)
    return [sorted(made.neighbors(place)) for place in range(count)]


def scale_free(count: int, graph: GraphContent, seed: int) -> Edges:
    """The later follow the earlier, the more so the more they are followed (Barabási and Albert)."""
    degree = min(graph.degree, count - 1)
    made = networkx().barabasi_albert_graph(count, degree, seed=seed)
    edges = [sorted(other for other in made.neighbors(place) if other < place) for place in range(count)]
    # The first ones have nobody before them: they follow each other.
    for place in range(degree + 1):
        edges[place] = [other for other in range(degree + 1) if other != place]
    return edges


def complete(count: int, graph: GraphContent, seed: int) -> Edges:
    """Everybody follows everybody."""
    return [[other for other in range(count) if other != place] for place in range(count)]


KINDS: Mapping[GraphKind, Callable[[int, GraphContent, int], Edges]] = {
    "random": random,
    "small_world": small_world,
    "scale_free": scale_free,
}
"""Graphs that a library draws; `given` and `complete` need none."""


async def connect(graph: GraphContent, people: People, stage: Stage) -> None:
    """Let the people who are there from the start follow each other."""
    members = people.members
    _follow_as_written(members, people)
    count = len(members)
    if count < 2 or not (graph.degree or graph.kind == "complete"):
        return
    if graph.kind == "complete":
        _tie(members, complete(count, graph, 0))
    elif graph.kind in KINDS:
        draws = stage.rng("graph")
        seed = draws.below(2**32)
        # Who stands where is drawn, so that the first in the file are not the best known.
        places = draws.shuffle(members)
        drawn: Any = await stage.record("graph", lambda: KINDS[graph.kind](count, graph, seed))
        _tie(places, drawn)


def welcome(graph: GraphContent, arrived: Sequence[PersonState], people: People, stage: Stage) -> None:
    """Let newcomers follow those who are there."""
    _follow_as_written(arrived, people)
    for member in arrived:
        others = people.members[: member.number]
        if graph.kind == "complete":
            for other in others:
                follow(member, other)
                follow(other, member)
        elif graph.kind != "given" and others:
            draws = stage.rng(f"day{member.joined}/{member.handle}/follows")
            # The better known are met more often where the graph grew that way.
            weights = [1 + len(other.followers) if graph.kind == "scale_free" else 1 for other in others]
            for _ in range(min(graph.degree, len(others))):
                place = _weighted_index(weights, draws.below(sum(weights)))
                weights[place] = 0
                follow(member, others[place])


def follow(member: PersonState, other: PersonState) -> bool:
    """Somebody follows another; False when they did already, or are the same."""
    if member is other or other.number in member.follows:
        return False
    member.follows.add(other.number)
    other.followers.add(member.number)
    return True


def unfollow(member: PersonState, other: PersonState) -> bool:
    """Somebody follows another no longer; False when they did not."""
    if other.number not in member.follows:
        return False
    member.follows.discard(other.number)
    other.followers.discard(member.number)
    return True


def _follow_as_written(members: Sequence[PersonState], people: People) -> None:
    for member in members:
        for handle in member.person.follows:
            other = people.find(handle)
            if other is not None:
                follow(member, other)


def _tie(places: Sequence[PersonState], edges: Edges) -> None:
    for place, others in enumerate(edges):
        for other in others:
            follow(places[place], places[other])


def _weighted_index(weights: Sequence[int], drawn: int) -> int:
    for place, weight in enumerate(weights):
        drawn -= weight
        if drawn < 0:
            return place
    raise AssertionError("drawn beyond the weights")
