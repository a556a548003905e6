"""How many messages runs have: of a conversation its messages, of a feed its posts, finished or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sociarium.experiment.run_length import Reached
from sociarium.ports.store import Store
from sociarium.records.events import SPOKEN
from sociarium.records.lists import RunQuery
from sociarium.records.runs import RunState, RunStatus


def message_count(store: Store, status: RunStatus) -> int:
    """How many messages a run has; see `message_counts`."""
    return message_counts(store, [status])[status.run]


def message_counts(store: Store, statuses: Iterable[RunStatus]) -> Counter[str]:
    """Run -> how many messages it has, as `reached_moments` counts them."""
    return Counter({run: reached.messages for run, reached in reached_moments(store, statuses).items()})


def reached_moments(store: Store, statuses: Iterable[RunStatus]) -> dict[str, Reached]:
    """Run -> how far it has come; one that is not named here was not begun.

    Only a run that is done was counted when it ended, and its moment is not looked for. Of others, whatever became of
    them, those messages are counted that stand: of a failed or cancelled run what was said before, too.
    """
    reached: dict[str, Reached] = {}
    uncounted = []
    for status in statuses:
        if status.state is RunState.DONE or status.counters.messages:
            reached[status.run] = Reached(status.counters.messages)
        elif status.token:
            uncounted.append(status.run)
    counts, latest = Counter[str](), {}
    for run, happening in store.outline(uncounted):
        if happening.kind in SPOKEN:
            counts[run] += 1
            latest[run] = happening
    for run, number in counts.items():
        last = latest[run]
        reached[run] = Reached(number, last.day, last.minute)
    return reached


def size_of(store: Store, experiment: str) -> tuple[int, int]:
    """How many runs an experiment has, and how many messages they have, those of runs that are not done among them."""
    runs, messages = store.size_of(experiment)
    places = (listed.place.status for listed in store.list_runs(RunQuery(experiment=experiment)))
    open_runs = {status.run: status for status in places if not status.counters.messages}
    return runs, messages + message_counts(store, open_runs.values()).total()
