"""What a sweep that the program played in its folder has left in the store there."""

from __future__ import annotations

import time
from collections import Counter
from subprocess import Popen

from sociarium.bootstrap import open_store
from sociarium.errors import SociariumError
from sociarium.records.runs import RunState
from sociarium.runner.library.status import sweep_status
from sociarium.runner.workers.process import is_gone, is_here, this_worker
from tests.servers.stand_in import StandIn
from tests.support.deadlines import deadline
from tests.support.played_stores import replayed
from tests.support.program import Program
from tests.support.program_process import Begun


def store_of(program: Program) -> str:
    """The URL of the program's store."""
    return f"sqlite:///{program.folder / 'experiments' / 'sociarium.db'}"


def contents(program: Program) -> dict[tuple[int, str], list[str]]:
    """What was said in each run, and that every run is done and as its journal says."""
    said = {}
    store = open_store(store_of(program), create=False)
    try:
        [sweep] = store.sweeps()
        for slot in store.slots(sweep.id):
            run = slot.status.run
            assert slot.status.state is RunState.DONE, slot.status
            assert replayed(store, run).ended == "completed"
            said[slot.replicate, run] = [event.happening.content for event in store.events(run)]
    finally:
        store.close()
    return said


def claimants(program: Program) -> Counter[str]:
    """Runs that each worker took up."""
    store = open_store(store_of(program), create=False)
    try:
        [sweep] = store.sweeps()
        claims = (claim for slot in store.slots(sweep.id) for claim in store.claims(slot.status.run))
        return Counter(claim.worker for claim in claims if claim.outcome is None)
    finally:
        store.close()


def pids_of_players(program: Program) -> list[int]:
    """The processes that hold runs now, or wait for somebody's word."""
    try:
        store = open_store(store_of(program), create=False)
    except SociariumError:  # it is not there yet
        return []
    me = this_worker()
    try:
        workers = [one for sweep in store.sweeps() for one in sweep_status(store, sweep, me=me).workers.values()]
    finally:
        store.close()
    return sorted(one.pid for one in workers if is_here(one, me) and not is_gone(one))


def wait_for(number: int, served: StandIn, process: Begun | Popen[str]) -> None:
    """Wait until the server was asked so often."""
    end = deadline()
    while len(served.chats) < number:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)
