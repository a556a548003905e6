"""The last words of a sweep: of the runs that are open, else of those that ended or were left last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.stored_content import read_content
from sociarium.ports.store import Store
from sociarium.records.events import SPOKEN, Event, Happening
from sociarium.records.runs import Run, RunState, SweepSlot
from sociarium.viewer.labels import condition_text, marks

_MOST_SAID = 5
MOST_LISTENED = 8
"""Running runs that are asked for their last words."""
_END = 40
"""Events at the end of a run among which its last words are looked for first."""


@dataclass(frozen=True, slots=True)
class LastWords:
    """The last message or post of a run; `link` is its address."""

    run: str
    link: str
    speaker: str
    mark: str
    text: str
    flags: tuple[str, ...]
    where: str
    at: str | None


def latest_speakers(places: Sequence[SweepSlot]) -> list[SweepSlot]:
    """The runs that may have said the last words: those that are open, then those that ended last."""
    running = [place for place in places if place.status.state is RunState.RUNNING]
    running.sort(key=lambda place: place.status.started or "", reverse=True)
    ended = [place for place in places if place.status.state is not RunState.RUNNING]
    ended.sort(key=lambda place: place.status.finished or "", reverse=True)
    return [*running[:MOST_LISTENED], *ended[:MOST_LISTENED]]


def last_words(store: Store, spoke: Sequence[SweepSlot], factors: Sequence[str]) -> Iterator[LastWords]:
    """What was said last in the runs that spoke last, the latest first."""
    heard = []
    for place in latest_speakers(spoke)[:MOST_LISTENED]:
        last = _find_last_words(store, place.status.run)
        if last:
            is_open = place.status.state is RunState.RUNNING
            at = (None if is_open else place.status.finished) or _moment_of(store, last)
            heard.append((is_open, at or "", place, last))
    heard.sort(key=lambda one: one[:2], reverse=True)
    said = heard[:_MOST_SAID]
    runs = {run.id: run for run in store.runs([place.status.run for _, _, place, _ in said])}
    for _, at, place, last in said:
        what = last.happening
        where = condition_text(place.condition, factors)
        yield LastWords(
            run=place.status.run,
            link=_link(place.status.run, what),
            speaker=what.author,
            mark=_marks(runs[place.status.run]).get(what.role, "r5"),
            text=what.content,
            flags=what.flags,
            where=f"{where} · {place.replicate}",
            at=at or None,
        )


def _link(run: str, what: Happening) -> str:
    return (
        f"/runs/{run}/posts/{what.data['id']}"
        if what.kind == "post"
        else f"/runs/{run}?page=0#m{what.day}-{what.index}"
    )


def _find_last_words(store: Store, run: str) -> Event | None:
    """The last message or post, of the end of a run alone where that has one."""
    end = store.last_events(run, most=_END)
    last = _first_words(end)
    if last is None and len(end) == _END:
        last = _first_words(reversed(store.events(run)))
    return last


def _first_words(events: Iterable[Event]) -> Event | None:
    return next((one for one in events if one.happening.kind in SPOKEN), None)


def _marks(run: Run) -> dict[str, str]:
    """The marks of a run's roles, as its own page has them."""
    content = read_content(run.content)
    return {} if isinstance(content, PopulationContent) else marks(role.name for role in content.roles)


def _moment_of(store: Store, event: Event) -> str | None:
    """When a message was said, which its run's journal knows."""
    key = event.happening.data.get("call")
    entry = store.entry(event.run, key) if key else None
    return entry.at if entry else None
