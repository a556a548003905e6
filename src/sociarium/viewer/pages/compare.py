"""Two runs side by side: what differed, where did they part?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from sociarium.exchange.comparison import Difference, aligned_turns, factors_of_two
from sociarium.exchange.run_document import document_of, run_document
from sociarium.exchange.stored_run import StoredRun, stored_runs
from sociarium.ports.store import Store
from sociarium.records.lists import ListedRun, RunQuery
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.records.runs import RunState
from sociarium.viewer.labels import condition_text
from sociarium.viewer.pages.relatives import Sibling, drawn_alike, neighbours, replicates
from sociarium.viewer.pages.turns import TurnView, scales_of, turns_of

SHOWN = 200
"""Pairs of turns on one page."""
OFFERED = 12
"""Runs that a comparison is offered to begin with where its address names none."""
LISTED = 60
"""Replicates that a run is offered to be laid beside; any other is named by its id."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs; `title` names what differs, or the condition where nothing does."""

    run: str
    title: str
    experiment: Experiment
    sweep: SweepRecord | None
    replicate: int
    state: str
    ended: str
    is_conversation: bool
    is_offline: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """A measure of both runs, as text; `by` is the second less the first."""

    name: str
    a: str
    b: str
    by: str


@dataclass(frozen=True, slots=True)
class RunPair:
    """One turn of both runs; a run that had ended has None."""

    label: str
    a: TurnView | None
    b: TurnView | None

    @property
    def is_same(self) -> bool:
        """Whether both said the same, word for word, by the same speaker."""
        if self.a is None or self.b is None:
            return False
        return (self.a.speaker, self.a.words) == (self.b.speaker, self.b.words)


@dataclass(frozen=True, slots=True)
class Block:
    """Pairs that follow one another and are all the same, or all differ."""

    is_same: bool
    pairs: tuple[RunPair, ...]


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Two runs.

    Attributes:
        split: the first turn that differs; None where none does.
        has_split_here: whether it stands on this page.
        same_turns: pairs that are the same.
        next: the same two conditions, one replicate further.
    """

    a: Side
    b: Side
    differing: tuple[Difference, ...]
    same: tuple[tuple[str, str], ...]
    endings: tuple[Ending, ...]
    blocks: tuple[Block, ...]
    split: str | None
    has_split_here: bool
    same_turns: int
    turns: int
    page: int
    pages: int
    before: tuple[str, str] | None
    next: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class ChoicePage:
    """A run, and runs that it can be laid beside."""

    a: Side
    drawn: tuple[Sibling, ...]
    near: tuple[Sibling, ...]


@dataclass(frozen=True, slots=True)
class StartPage:
    """Runs that a comparison can begin with; `titles` of their experiments by id."""

    runs: tuple[ListedRun, ...]
    titles: Mapping[str, str]


def start_page(store: Store) -> StartPage:
    """What a comparison can begin with: runs that are done, of the latest sweeps first."""
    runs = tuple(islice(store.list_runs(RunQuery(state=RunState.DONE)), OFFERED))
    return StartPage(runs, {id_: store.experiment(id_).title for id_ in {run.experiment for run in runs}})


def compare_page(store: Store, a: str, b: str, *, page: int = 1) -> ComparePage:
    """Two runs by their ids. Raises `NotFound`."""
    stored = list(stored_runs(store, [a, b]))
    first, second = map(document_of, stored)
    differing, same = factors_of_two(first, second)
    one, other = _sides(store, [first, second], tuple(one.factor for one in differing))
    pairs = _pairs(stored, first, second) if one.is_conversation and other.is_conversation else []
    pages = max(1, -(-len(pairs) // SHOWN))
    page = min(max(page, 1), pages)
    on_page = pairs[(page - 1) * SHOWN : page * SHOWN]
    split = next((pair for pair in pairs if not pair.is_same), None)
    before, after = _neighbours(store, one, other, first, second)
    return ComparePage(
        one,
        other,
        differing,
        same,
        tuple(_endings(first, second)),
        tuple(Block(is_same, tuple(group)) for is_same, group in groupby(on_page, key=lambda pair: pair.is_same)),
        split.label if split else None,
        split in on_page,
        sum(pair.is_same for pair in pairs),
        len(pairs),
        page,
        pages,
        before,
        after,
    )


def choice_page(store: Store, a: str) -> ChoicePage:
    """What a run can be laid beside. Raises `NotFound`."""
    document = run_document(store, a)
    [side] = _sides(store, [document], ())
    if side.sweep is None:
        return ChoicePage(side, (), ())
    others = [one for one in replicates(store, side.sweep, document) if one.run != a]
    telling, drawn = drawn_alike(store, side.sweep, a, document)
    [named] = _sides(store, [document], telling)
    return ChoicePage(named, drawn, tuple(others[:LISTED]))


def _sides(store: Store, documents: Sequence[Mapping[str, Any]], factors: Sequence[str]) -> list[Side]:
    experiments = {id_: store.experiment(id_) for id_ in {document["experiment"] for document in documents}}
    sweeps = {id_: store.sweep(id_) for id_ in {document["sweep"] for document in documents} if id_}
    return [
        _side(document, factors, experiments[document["experiment"]], sweeps.get(document["sweep"]))
        for document in documents
    ]


def _side(
    document: Mapping[str, Any], factors: Sequence[str], experiment: Experiment, sweep: SweepRecord | None
) -> Side:
    condition = document["condition"]
    named = [factor for factor in factors if factor in condition] or list(condition)
    return Side(
        document["run"],
        condition_text(condition, named),
        experiment,
        sweep,
        document["replicate"],
        document["state"],
        "" if document["ended"] in {None, "completed"} else str(document["ended"]).replace("_", " "),
        "messages" in document,
        document["offline"],
    )


def _pairs(stored: Sequence[StoredRun], first: Mapping[str, Any], second: Mapping[str, Any]) -> list[RunPair]:
    a, b = (
        {(turn.kind == "opening", turn.seq): turn for turn in turns_of(document, scales_of(one.run))}
        for one, document in zip(stored, (first, second), strict=True)
    )
    return [
        RunPair(pair.label, *(_turn(turns, part) for turns, part in ((a, pair.a), (b, pair.b))))
        for pair in aligned_turns(first, second)
    ]


def _turn(turns: Mapping[tuple[bool, int], TurnView], part: Mapping[str, Any] | None) -> TurnView | None:
    return None if part is None else turns[part["kind"] == "opening", part["seq"]]


def _endings(first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[Ending]:
    one, other = _measures(first), _measures(second)
    for name in dict.fromkeys((*one, *other)):
        a, b = one.get(name), other.get(name)
        by = "–" if a is None or b is None else _number(b - a, is_signed=True)
        yield Ending(name, _number(a), _number(b), by)


def _measures(document: Mapping[str, Any]) -> dict[str, float]:
    """Numbers of a run; of a probe the mean of its agents' last answers, where they are numbers."""
    spoken = document.get("messages") or [post for post in document.get("posts", []) if post["kind"] != "repost"]
    measures = {
        "Messages": float(len(spoken)),
        "Words a message": sum(len(one["content"].split()) for one in spoken) / max(len(spoken), 1),
        "Flags": float(sum(len(one["flags"]) for one in spoken)),
    }
    last: dict[str, dict[str, Any]] = {}
    for probe in document["probes"]:
        last.setdefault(probe["name"], {})[probe["agent"]] = probe["answer"]
    means = {name: [one for one in of.values() if type(one) in {int, float}] for name, of in last.items()}
    return {f"{name}, last": sum(of) / len(of) for name, of in means.items() if of} | measures


def _number(value: float | None, *, is_signed: bool = False) -> str:
    if value is None:
        return "–"
    text = f"{value:.1f}".removesuffix(".0")
    return f"{'+' if is_signed and value > 0 else ''}{'0' if text == '-0' else text}".replace("-", "−")


def _neighbours(
    store: Store, one: Side, other: Side, first: Mapping[str, Any], second: Mapping[str, Any]
) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    if one.sweep is None or other.sweep is None:
        return None, None
    mine = neighbours(store, one.sweep, one.run, first)
    theirs = neighbours(store, other.sweep, other.run, second)
    before, after = ((a.run, b.run) if a and b else None for a, b in zip(mine, theirs, strict=True))
    return before, after
