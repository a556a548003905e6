"""Who follows whom, as a picture: positions are computed here, and a template draws them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import fmean

from sociarium.environments.feed.optional_libraries import networkx
from sociarium.errors import MissingExtra
from sociarium.exchange.feed_reading import FeedReading, latest
from sociarium.viewer.labels import RoleLabel, roles
from sociarium.viewer.person_marks import mark_of_person

WIDTH, HEIGHT = 430.0, 374.0
DRAWN = 400
"""People at most; of more, those with the most followers."""
_MOST_TIES = 2_500
_LABELLED = 150
_LABELS = 20
_EDGE = 34.0
_CUT = 13
_SHADES = 5

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Node:
    """A person in the picture.

    Attributes:
        shape: the outline as an SVG path: square, circle, diamond, triangle or bar by role.
        shade: class of the fill, `o1` to `o5`; `o0` where there is no opinion.
        label: empty where there would be too many.
    """

    handle: str
    name: str
    role: str
    x: float
    y: float
    size: float
    shape: str
    shade: str
    label: str
    value: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Tie:
    """An arrow to who is followed."""

    path: str
    is_near: bool


@dataclass(frozen=True, slots=True)
class NetworkView:
    """The picture.

    Attributes:
        left_out: people, and ties between those who are drawn, that are too many to be drawn.
        ends: of the scale of the opinion.
    """

    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]
    left_out: tuple[int, int]
    opinion: str
    ends: tuple[float, float]
    roles: tuple[RoleLabel, ...]
    chosen: str


def network(read: FeedReading, opinion: str, *, chosen: str = "") -> NetworkView:
    """Who follows whom at the end of the day that was read.

    Args:
        opinion: by which people are shaded.
        chosen: whose ties are dark.
    """
    layout = read.once("network", lambda: _layout(read)).with_chosen(read, chosen)
    followers, places = layout.followers, layout.places
    most = max(followers.values(), default=1) or 1
    courses, ends = read.opinions(opinion), read.scale(opinion)
    labelled = places.keys() if len(places) <= _LABELLED else {*layout.ranked[:_LABELS], chosen}
    shrink = 1.0 if len(places) <= _LABELLED else 0.6
    nodes = []
    for handle, (x, y) in places.items():
        person = read.people[handle]
        size, value = shrink * (6.5 + 7 * math.sqrt(followers[handle] / most)), latest(courses.get(handle, ()))
        name = person["name"] or handle
        outline = shape(mark_of_person(read, handle), x, y, size)
        nodes.append(
            Node(handle, name, person["role"], x, y, size, outline, shade(value, ends),
                 _short(name) if handle in labelled else "", number_text(value), handle == chosen)
        )  # fmt: skip
    sizes = {node.handle: node.size for node in nodes}
    near = [pair for pair in layout.pairs if chosen in pair]
    pairs = [*near, *(pair for pair in layout.pairs if chosen not in pair)]
    ties = tuple(
        Tie(_arrow(places[one], places[other], sizes[one], sizes[other]), chosen in (one, other))
        for one, other in pairs[:_MOST_TIES]
    )
    left_out = (len(layout.ranked) - len(places), max(0, len(pairs) - _MOST_TIES))
    return NetworkView(tuple(nodes), ties, left_out, opinion, ends, tuple(roles(read.roles)), chosen)


@dataclass(frozen=True, slots=True)
class _Layout:
    """What pictures of one moment share.

    Attributes:
        ranked: everybody, those with the most followers first.
        places: of those who are drawn, in this order.
        pairs: of ties between them, in order.
    """

    followers: Mapping[str, int]
    ranked: Sequence[str]
    places: Mapping[str, tuple[float, float]]
    pairs: Sequence[Pair]

    def with_chosen(self, read: FeedReading, chosen: str) -> _Layout:
        """The same with somebody in it: among those whom they have ties with, in place of the last one."""
        if chosen in self.places or chosen not in read.people:
            return self
        *_, last = self.places
        near = [self.places[one] for pair in read.ever if chosen in pair for one in pair if one in self.places]
        place = (fmean(x for x, _ in near), fmean(y for _, y in near)) if near else self.places[last]
        places = {handle: at for handle, at in self.places.items() if handle != last} | {chosen: place}
        pairs = sorted(pair for pair in read.ties if pair[0] in places and pair[1] in places)
        return replace(self, places=places, pairs=pairs)


def _layout(read: FeedReading) -> _Layout:
    followers = Counter(other for _, other in read.ties)
    ranked = sorted(read.people, key=lambda handle: -followers[handle])
    drawn = frozenset(ranked[:DRAWN])
    places = positions(tuple(sorted(drawn)), frozenset(pair for pair in read.ever if drawn.issuperset(pair)))
    pairs = sorted(pair for pair in read.ties if drawn.issuperset(pair))
    return _Layout(followers, ranked, {handle: places[handle] for handle in ranked[:DRAWN]}, pairs)


def shade(value: float | None, ends: tuple[float, float]) -> str:
    """The class of a value on its scale, in five steps."""
    if value is None:
        return "o0"
    low, high = ends
    share = (value - low) / (high - low) if high > low else 0.5
    return f"o{min(max(int(share * _SHADES), 0), _SHADES - 1) + 1}"


def number_text(value: float | None) -> str:
    """A number as it stands beside a person, with a true minus."""
    return "" if value is None else f"{value:.1f}".removesuffix(".0").replace("-", "−")


@lru_cache(maxsize=32)
def positions(handles: tuple[str, ...], ties: frozenset[Pair]) -> Mapping[str, tuple[float, float]]:
    """Where everybody stands; the same people with the same ties always stand at the same places."""
    if len(handles) < 2:
        return dict.fromkeys(handles, (WIDTH / 2, HEIGHT / 2))
    places = _spring(handles, ties)
    left, right = _bounds(x for x, _ in places.values())
    top, bottom = _bounds(y for _, y in places.values())
    return {
        handle: (
            _EDGE + (x - left) / (right - left) * (WIDTH - 2 * _EDGE),
            _EDGE / 2 + (y - top) / (bottom - top) * (HEIGHT - 2 * _EDGE),
        )
        for handle, (x, y) in places.items()
    }


def _spring(handles: tuple[str, ...], ties: frozenset[Pair]) -> dict[str, tuple[float, float]]:
    around = [math.tau * at / len(handles) for at in range(len(handles))]
    circle = {handle: (math.cos(turn), math.sin(turn)) for handle, turn in zip(handles, around, strict=True)}
    try:
        library = networkx()
        graph = library.Graph()
        graph.add_nodes_from(handles)
        graph.add_edges_from(sorted(ties))
        layout = library.spring_layout(graph, pos=circle, seed=1, iterations=80, k=2.2 / math.sqrt(len(handles)))
    except (MissingExtra, ImportError):
        return circle  # the pages need no part of what plays feeds
    return {handle: (float(x), float(y)) for handle, (x, y) in layout.items()}


def _bounds(values: Iterable[float]) -> tuple[float, float]:
    numbers = list(values)
    low, high = min(numbers), max(numbers)
    return (low, high) if high - low > 1e-9 else (low - 0.5, low + 0.5)


def shape(mark: str, x: float, y: float, size: float) -> str:
    """The outline of a role's mark around a point."""
    match mark:
        case "r1":
            half = size * 0.9
            return f"M{x - half:.1f} {y - half:.1f}h{2 * half:.1f}v{2 * half:.1f}h{-2 * half:.1f}z"
        case "r3":
            far = size * 1.25
            return f"M{x:.1f} {y - far:.1f}l{far:.1f} {far:.1f}l{-far:.1f} {far:.1f}l{-far:.1f} {-far:.1f}z"
        case "r4":
            far = size * 1.15
            return f"M{x:.1f} {y - far:.1f}l{far:.1f} {1.8 * far:.1f}h{-2 * far:.1f}z"
        case "r5":
            return f"M{x - size * 1.3:.1f} {y - size * 0.5:.1f}h{size * 2.6:.1f}v{size:.1f}h{-size * 2.6:.1f}z"
        case _:
            half_turn = f"a{size:.1f} {size:.1f} 0 1 0 "
            return f"M{x - size:.1f} {y:.1f}{half_turn}{2 * size:.1f} 0{half_turn}{-2 * size:.1f} 0z"


def _arrow(one: tuple[float, float], other: tuple[float, float], size: float, reach: float) -> str:
    """A slightly bent line from the edge of one to the edge of another."""
    (x, y), (u, v) = one, other
    far = max(math.hypot(u - x, v - y), 1e-6)
    dx, dy = (u - x) / far, (v - y) / far
    start, end = min(size + 1, far / 3), min(reach + 3, far / 3)
    bend = min(12.0, far / 8)
    middle = ((x + u) / 2 - dy * bend, (y + v) / 2 + dx * bend)
    return (
        f"M{x + dx * start:.1f} {y + dy * start:.1f}Q{middle[0]:.1f} {middle[1]:.1f} "
        f"{u - dx * end:.1f} {v - dy * end:.1f}"
    )


def _short(name: str) -> str:
    return f"{name[: _CUT - 1]}…" if len(name) > _CUT else name
