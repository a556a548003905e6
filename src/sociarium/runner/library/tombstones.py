"""Marks of what is being deleted: who meets one keeps away."""

from __future__ import annotations

from sociarium.errors import BeingDeleted
from sociarium.ports.store import Store
from sociarium.records.lists import id_name
from sociarium.records.minute_text import minute_text
from sociarium.records.plans import Deletion


def refuse_deleted(
    store: Store, experiment: str, *, run: str | None = None, sweep: str | None = None, any_run: bool = False
) -> None:
    """Raise `BeingDeleted` when an experiment is being deleted, or a sweep or run of it.

    Args:
        run, sweep: that one of it.
        any_run: whichever run or sweep of it: who plays the experiment's sweeps may meet each.
    """
    for mark in store.deletions():
        if mark.experiment == experiment and (mark.kind == "experiment" or any_run or mark.of in {run, sweep}):
            raise BeingDeleted(deletion_message(mark))


def deletion_message(mark: Deletion) -> str:
    """A mark in words, with the command that completes the deletion."""
    what = f"{mark.title!r} ({mark.of[:8]})" if mark.kind == "experiment" else f"{id_name(mark.of)} of {mark.title!r}"
    return (
        f"the {mark.kind} {what} is being deleted by {mark.by} since {minute_text(mark.at)}; "
        f"`sociarium delete {id_name(mark.of)}` completes it"
    )
