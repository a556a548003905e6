"""What runs came to that keep no counts, since they are not done: counted from what stands of them."""

from __future__ import annotations

from sociarium.exchange.stored_run import StoredRun
from sociarium.records.events import SPOKEN
from sociarium.records.runs import Counters, RunState
from sociarium.runner.run.copied import copied_beginning


def counts_so_far(stored: StoredRun) -> Counters:
    """The counters of a run: its own where it is done, else of what it said and asked so far.

    As in those of a run that is done, messages that were copied from another run count, and calls that were do not.
    """
    if stored.status.state is RunState.DONE:
        return stored.status.counters
    copied = copied_beginning(stored.run, stored.journal)
    asked = [entry.answer for entry in stored.journal if entry.call is not None and not copied.has_entry(entry)]
    prompt, completion = (sum(one.get(f"{kind}_tokens") or 0 for one in asked) for kind in ("prompt", "completion"))
    return Counters(sum(one.happening.kind in SPOKEN for one in stored.events), len(asked), prompt, completion)
