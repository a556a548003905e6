"""The last words of a sweep: of the runs that are open, else of those that ended or were left last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sociarium.ports.store import Store
from sociarium.records.events import SPOKEN, Event, Happening
from sociarium.records.runs import RunState, SweepSlot
from sociarium.viewer.labels import condition_text, marks

_MOST_SAID = 5
MOST_LISTENED = 8
"""Running runs that are asked for their last words."""


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
        events = store.events(place.status.run)
        last = next((one for one in reversed(events) if one.happening.kind in SPOKEN), None)
        if last:
            is_open = place.status.state is RunState.RUNNING
            at = (None if is_open else place.status.finished) or _moment_of(store, last)
            marked = marks(one.happening.role for one in events if one.happening.role)
            heard.append((is_open, at or "", place, last, marked))
    heard.sort(key=lambda one: one[:2], reverse=True)
    for _, at, place, last, marked in islice(heard, _MOST_SAID):
        what = last.happening
        where = condition_text(place.condition, factors)
        yield LastWords(
            run=place.status.run,
            link=_link(place.status.run, what),
            speaker=what.author,
            mark=marked.get(what.role, "r5"),
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


def _moment_of(store: Store, event: Event) -> str | None:
    """When a message was said, which its run's journal knows."""
    key = event.happening.data.get("call")
    return next((entry.at for entry in reversed(store.journal(event.run)) if entry.key == key), None)
