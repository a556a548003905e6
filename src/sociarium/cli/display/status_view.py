"""A sweep as the store and its workers tell it: the same picture as where it is played, from any other process."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from pydantic import ValidationError
from rich.text import Text

from sociarium.cli.display.faults import summary_lines
from sociarium.cli.display.output import role_styles
from sociarium.cli.display.sweep_picture import SweepView, last_words_line, left_texts, pace_texts
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.forks import length_of
from sociarium.experiment.run_length import BEGINNING, Reached, RunLength
from sociarium.experiment.stored_content import read_content
from sociarium.ports.store import Store
from sociarium.records.minute_text import minute_text
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import RunState, SweepSlot, Worker
from sociarium.runner.library.message_counts import reached_moments
from sociarium.runner.library.status import SweepStatus
from sociarium.viewer.pages.last_words import MOST_LISTENED, last_words

_MOST_COUNTED = 256
"""Runs at work whose messages are counted at each look."""
_MARKS = {f"r{number}": style for number, style in enumerate(role_styles([str(mark) for mark in range(5)]).values(), 1)}


@dataclass(slots=True)
class Slots:
    """What is kept of a sweep's slots for its picture; `take` is shown each of them.

    Attributes:
        running: those that somebody works on, or worked on when last seen.
        begun: those that were begun, and are at nobody's hands.
        given_up: those that failed or were cancelled.
    """

    running: list[SweepSlot] = field(default_factory=list)
    begun: list[SweepSlot] = field(default_factory=list)
    given_up: list[SweepSlot] = field(default_factory=list)
    _ended: list[tuple[str, int, SweepSlot]] = field(default_factory=list)

    def take(self, slot: SweepSlot) -> None:
        """A slot of the sweep."""
        status = slot.status
        if status.state is RunState.RUNNING:
            self.running.append(slot)
            return
        if status.state is RunState.PENDING and status.token:
            self.begun.append(slot)
            return
        if status.state in {RunState.FAILED, RunState.CANCELLED}:
            self.given_up.append(slot)
        if status.finished and status.state is not RunState.CANCELLED:
            heapq.heappush(self._ended, (status.finished, slot.position, slot))
            if len(self._ended) > MOST_LISTENED:
                heapq.heappop(self._ended)

    @property
    def spoke_last(self) -> list[SweepSlot]:
        """The slots whose runs may have said the last words."""
        return [*self.running, *(slot for _, _, slot in self._ended)]


@dataclass(frozen=True, slots=True)
class Spoken:
    """Messages of the runs that are not done.

    Attributes:
        reached: how far those are that are played still, or will be, by run.
        lengths: how far these go; None where this version cannot read it.
        given_up: messages of those that failed or were cancelled, in all.
        _left: of runs at nobody's hands, by run and claim, so that they are counted once.
    """

    reached: dict[str, Reached]
    lengths: dict[str, RunLength | None]
    given_up: int = 0
    _left: dict[tuple[str, int], Reached] = field(default_factory=dict)

    @property
    def open(self) -> int:
        """Messages of runs that are played still, or will be."""
        return sum(one.messages for one in self.reached.values())

    @property
    def total(self) -> int:
        """All of them."""
        return self.open + self.given_up

    @property
    def share(self) -> float:
        """How much of these runs is done, in runs."""
        return sum(length.share(self.reached[run]) for run, length in self.lengths.items()
                   if length is not None and run in self.reached)  # fmt: skip


def spoken_messages(store: Store, slots: Slots, before: Spoken | None = None) -> Spoken:
    """Count the messages of the runs that are not done, and see how far these are.

    Args:
        before: of an earlier look; what a run will have is read once, and what is at nobody's hands is counted once.
    """
    running = [slot.status for slot in slots.running]
    reached = reached_moments(store, list({status.run: status for status in running}.values())[:_MOST_COUNTED])
    begun, given_up = (
        # What was counted when a run was let go of is in the sweep's tally.
        {slot.status.run: slot.status for slot in some if not slot.status.counters.messages}
        for some in (slots.begun, slots.given_up)
    )
    counted = before._left if before else {}
    left = {(run, status.token): counted.get((run, status.token)) for run, status in {**begun, **given_up}.items()}
    fresh = reached_moments(store, [{**begun, **given_up}[run] for (run, _), one in left.items() if one is None])
    moments = {key: fresh.get(key[0], BEGINNING) if one is None else one for key, one in left.items()}
    reached.update({run: moments[run, status.token] for run, status in begun.items()})
    lengths = dict(before.lengths) if before else {}
    for run in store.runs([run for run, one in reached.items() if one.messages and run not in lengths]):
        lengths[run.id] = _length_of(run.content)
    lost = sum(moments[run, status.token].messages for run, status in given_up.items())
    return Spoken(reached, lengths, lost, moments)


def _length_of(content: str) -> RunLength | None:
    try:
        read = read_content(content)
    except ValidationError:  # of a version that is not here yet
        return None
    return None if isinstance(read, PopulationContent) else length_of(read)


def status_view(
    store: Store, sweep: SweepRecord, title: str, tally: SweepStatus, slots: Slots, spoken: Spoken
) -> SweepView:
    """A sweep as the store tells it now."""
    counts, workers = tally.counts, list(tally.workers.values())
    usual = tally.messages / counts.done if counts.done else 0.0
    share = min((counts.ended + spoken.share) / counts.total, 1.0) if counts.total else 1.0
    rate = _rate(workers)
    # Runs that a worker left behind when it died are waiting, too: the next start takes them up.
    waiting = len({slot.status.run for slot in slots.begun}) + max(
        len({slot.status.run for slot in slots.running}) - counts.running, 0
    )
    return SweepView(
        title=f"{title} · sweep {sweep.id[:8]} ({sweep.label}), begun {minute_text(sweep.created)} by {sweep.creator}",
        share=share,
        messages=tally.messages + spoken.total,
        counts=[
            ("done", counts.done),
            ("at work", counts.running),
            ("waiting", min(waiting, counts.pending)),
            ("failed", counts.failed),
            ("cancelled", counts.cancelled),
            ("to come", max(counts.pending - waiting, 0)),
        ],
        pace=_pace(tally, rate, _remaining_seconds(tally, spoken, usual, rate)),
        alerts=[*alerts_of(workers), *summary_lines(tally.faults)],
        latest=list(reversed(list(_latest(store, tally, slots)))),
    )


def _rate(workers: Sequence[Worker]) -> float | None:
    """Messages a second of all who work; None where nobody says it."""
    rates = [_number(each.doing.get("messages")) / seconds
             for each in workers if (seconds := _number(each.doing.get("seconds"))) > 0]  # fmt: skip
    return sum(rates) if rates else None


def _pace(tally: SweepStatus, rate: float | None, remaining: float | None) -> list[str]:
    """How fast it goes, and what is left: by finished runs where enough are, else by messages."""
    measured = tally.time_and_cost
    if measured is None:
        return pace_texts(rate, remaining)
    return [*pace_texts(rate, remaining if measured.seconds is None else None), *left_texts(measured)]


def _remaining_seconds(tally: SweepStatus, spoken: Spoken, usual: float, rate: float | None) -> float | None:
    known = [length.messages for length in spoken.lengths.values() if length and length.messages]
    length = usual or (sum(known) / len(known) if known else 0.0)
    left = tally.counts.left
    if not (rate and length and left):
        return None
    return max(left * length - spoken.open, 0.0) / rate


def alerts_of(workers: Sequence[Worker]) -> Iterator[str]:
    """What processes wait for, and which models are paused, in words."""
    for worker in workers:
        since = _texts(worker.doing.get("waiting_since"))  # which older versions do not say
        for what, at in zip_longest(_texts(worker.doing.get("waiting")), since):
            yield f"waiting for {what}" + (f", since {at[11:16]} UTC" if at else "")
        yield from _texts(worker.doing.get("paused"))


def _latest(store: Store, tally: SweepStatus, slots: Slots) -> Iterator[Text]:
    for words in last_words(store, slots.spoke_last, tally.factors):
        yield last_words_line(words.speaker, words.text, where=words.where, style=_MARKS.get(words.mark, ""))


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
