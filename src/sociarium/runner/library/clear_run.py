"""Beginning a run anew: what it left behind is taken away under a claim, so that of several who begin it one does."""

from __future__ import annotations

from loguru import logger

from sociarium.ports.store import Store
from sociarium.records.runs import CLEARED, Claim, RunStatus, Worker


def clear(store: Store, status: RunStatus, *, me: Worker, at: str) -> Claim | None:
    """Take away a run's events and answers; its claim log goes on, and so do its places in sweeps and its note.

    Stopped in the middle, it is finished by whoever takes the run up: the claim says what was begun.

    Args:
        status: as it stood when it was decided; of a run that no live worker holds.
        me: who clears it, and holds it afterwards.

    Returns:
        The claim under which it was done, or None when somebody else took the run up first.
    """
    claim = Claim(status.run, status.token + 1, me.id, at, protocol=CLEARED, by=me.by)
    standing = store.claim(claim)
    if standing.worker != me.id or standing.protocol != CLEARED:
        return None
    store.erase(status.run, before=claim.token)
    logger.info("{} took away what the run {} held, to begin it anew", me.by or "somebody", status.run)
    return standing
