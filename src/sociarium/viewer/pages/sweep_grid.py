"""The places of a sweep, gathered as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sociarium.experiment.sweep import Level
from sociarium.ports.store import Store
from sociarium.records.journal import COPIED
from sociarium.records.lists import label_of
from sociarium.records.runs import RunState, RunStatus, SweepSlot
from sociarium.runner.library.message_counts import message_counts
from sociarium.viewer.pages.last_words import MOST_LISTENED, latest_speakers

_MOST_COUNTED = 256
"""Runs that are not done whose messages are counted at each look."""

ConditionKey = tuple[tuple[str, str], ...]


def condition_key(condition: dict[str, Level]) -> ConditionKey:
    """What tells a condition from others, whatever the kinds of its levels."""
    return tuple((factor, label_of(level)) for factor, level in condition.items())


@dataclass(frozen=True, slots=True)
class UnfinishedRuns:
    """What runs came to so far that are not done.

    Attributes:
        messages, read, written: messages, and tokens of their own calls.
        is_part: whether there are more such runs than were looked at.
    """

    messages: int
    read: int
    written: int
    is_part: bool


@dataclass(slots=True)
class Grid:
    """The places of the conditions that are shown, and what the page says of all.

    Attributes:
        rows: of conditions, their rows; a negative one is shown on no page.
        keeps_new: whether conditions that are met are added, where no design names them.
        places: row -> replicate -> place.
        spoke: runs that may have said the last words.
        uncounted: runs that were begun and are not done, by id, so that none counts their messages.
        has_more: whether there are more of them than are kept.
    """

    rows: dict[ConditionKey, int]
    keeps_new: bool
    places: dict[int, dict[int, SweepSlot]] = field(default_factory=dict)
    conditions: dict[int, dict[str, Level]] = field(default_factory=dict)
    spoke: list[SweepSlot] = field(default_factory=list)
    uncounted: dict[str, RunStatus] = field(default_factory=dict)
    has_more: bool = False

    def take(self, place: SweepSlot) -> None:
        """Take a place; of conditions that no design names the first ones are kept."""
        self._take_status(place.status)
        key = condition_key(dict(place.condition))
        row = self.rows.get(key)
        if row is None and self.keeps_new:
            row = self.rows[key] = len(self.rows)
        if row is not None and row < 0:
            return
        # Those that were cancelled ended last, and most of them have said nothing.
        if place.status.state is not RunState.CANCELLED and (place.status.started or place.status.finished):
            self._remember(place)
        if row is not None:
            self.places.setdefault(row, {})[place.replicate] = place
            self.conditions.setdefault(row, dict(place.condition))

    def unfinished_runs(self, store: Store) -> UnfinishedRuns:
        """What runs that were met came to so far, of those that are not done."""
        messages = message_counts(store, self.uncounted.values()).total()
        tokens = list(store.tokens_of(list(self.uncounted), behind=COPIED))
        read, written = sum(one.prompt_tokens for one in tokens), sum(one.completion_tokens for one in tokens)
        return UnfinishedRuns(messages, read, written, self.has_more)

    def _take_status(self, status: RunStatus) -> None:
        """Keep a run that was begun and has no count of its messages, because it is not done."""
        if status.token and status.state is not RunState.DONE and not status.counters.messages:
            if len(self.uncounted) < _MOST_COUNTED or status.run in self.uncounted:
                self.uncounted[status.run] = status
            else:
                self.has_more = True

    def _remember(self, place: SweepSlot) -> None:
        """Keep the runs that spoke last, a few more than are shown."""
        self.spoke.append(place)
        if len(self.spoke) > 8 * MOST_LISTENED:
            self.spoke = latest_speakers(self.spoke)
