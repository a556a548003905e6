"""Pages over a store without a browser: where they stand, forms that are sent, runs that are taken up and fail."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import Claim, Outcome, RunState, SweepSlot
from sociarium.runner.workers.process import this_worker

ADDRESS = "http://127.0.0.1:8042"


FORM = "a token of these tests"


def places(store: Store, sweep: SweepRecord) -> list[SweepSlot]:
    return list(store.slots(sweep.id))


def let_go(store: Store, place: SweepSlot, *, error: str | None) -> None:
    """The run failed with an error, when it was taken up once more."""
    token = place.status.token
    worker = this_worker("ada")
    store.claim(Claim(place.status.run, token + 1, worker.id, "2026-01-02T03:04:05.000Z", by="ada"))
    store.claim(
        Claim(place.status.run, token + 2, worker.id, "2026-01-02T03:04:06.000Z",
              outcome=Outcome(RunState.FAILED, error=error), by="ada")
    )  # fmt: skip


def take_up(store: Store, place: SweepSlot, **doing: object) -> None:
    """A live worker holds the run."""
    worker = this_worker("bob")
    store.record_heartbeat(worker)
    store.claim(Claim(place.status.run, place.status.token + 1, worker.id, "2026-01-02T03:04:05.000Z", by="bob"))


def give_back(store: Store, place: SweepSlot) -> None:
    """The run was taken up, and left to whoever goes on."""
    token, worker = place.status.token, this_worker("ada")
    store.claim(Claim(place.status.run, token + 1, worker.id, "2026-01-02T03:04:05.000Z", by="ada"))
    store.claim(
        Claim(place.status.run, token + 2, worker.id, "2026-01-02T03:04:06.000Z",
              outcome=Outcome(RunState.PENDING), by="ada")
    )  # fmt: skip


SAME = {"origin": ADDRESS, "sec-fetch-site": "same-origin"}


def send(browser: TestClient, path: str, **fields: str) -> Any:
    return browser.post(path, headers=SAME, data={"form_token": FORM, **fields})
