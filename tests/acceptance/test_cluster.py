"""`--on dask://...`: a sweep is played by the workers of a cluster, and leaves what one process would."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from sociarium.cluster.part import share_of
from sociarium.cluster.place import scheduler_address
from sociarium.errors import BadInput
from sociarium.runner.models.endpoint_limits import UNLIMITED, EndpointLimits
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.stand_in import StandIn
from tests.servers.wire import Request
from tests.support.deadlines import deadline
from tests.support.definitions import small
from tests.support.local_cluster import LocalCluster, local_cluster
from tests.support.played_sweep import claimants, contents, pids_of_players, wait_for
from tests.support.program import Program, ended
from tests.support.server_experiments import entry
from tests.support.steered_sweep import assert_nothing_is_missing_or_double, obeyed, player, still, until

# Processes by the dozen.
pytestmark = pytest.mark.slow
pytest.importorskip("distributed")

RUNS, MESSAGES = 12, 4


@dataclass(slots=True)
class Patient(OpenAIDialect):
    """Answers slowly until three calls have been under way at once.

    Each call is answered some day: a worker that comes late sends its first call alone, and asks no more before that.
    """

    server: StandIn | None = None

    async def prepare(self, request: Request) -> None:
        """Wait for the others, for a while."""
        assert self.server is not None
        for _ in range(200):
            if max(call.open for call in self.server.chats) >= 3:
                break
            await asyncio.sleep(0.01)


SWEEP = f"{{factors: {{messages: {MESSAGES}}}, replicates: {RUNS}}}"


@pytest.fixture
def cluster(tmp_path: Path, program_environment: dict[str, str]) -> Iterator[LocalCluster]:
    """Two workers of this machine, each a process, begun in another folder than the command."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    with local_cluster(folder, program_environment) as local:
        yield local


def test_a_cluster_plays_what_one_process_would(program: Program, cluster: LocalCluster) -> None:
    file = program.file(small(sweep=SWEEP))
    alone = replace(program, folder=program.folder / "alone")
    alone.folder.mkdir()
    alone.file(small(sweep=SWEEP))
    by_one = alone("run", file, "--json")
    said = program("run", file, "--on", cluster.address, "--json")
    assert said.code == 0, said.err
    for name in ("messages", "tokens", "counts"):
        assert said.json[name] == by_one.json[name]
    assert contents(program) == contents(alone)
    assert claimants(program).total() == RUNS, "a run was taken up twice"


def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing(program: Program, cluster: LocalCluster) -> None:
    with openai_server(OpenAIDialect(), slots=4, latency=0.1) as served:
        file = program.file(small(models=f"{{m: {entry(served)}}}", sweep=SWEEP))
        process = program.begin("run", file, "--on", cluster.address, "--yes", "--json")
        wait_for(10, served, process)
        victim = cluster.pids()[0]
        os.kill(victim, signal.SIGKILL)
        output, errors = process.communicate(timeout=100)
        assert process.returncode == 0, errors
        assert json.loads(output)["counts"]["done"] == RUNS
        # Only what the dead one had under way is asked again.
        assert RUNS * MESSAGES <= len(served.chats) <= RUNS * MESSAGES + 8
    assert len(contents(program)) == RUNS


def test_limits_of_a_server_are_divided_among_the_workers(program: Program, cluster: LocalCluster) -> None:
    dialect = Patient()
    with openai_server(dialect, slots=64) as served:
        dialect.server = served
        model = entry(served).rstrip("}") + ", limits: {open: 3}}"
        file = program.file(small(models=f"{{m: {model}}}", sweep=SWEEP))
        said = program("run", file, "--on", cluster.address, "--concurrency", "8", "--yes", "--json")
        assert said.code == 0, said.err
        assert max(call.open for call in served.chats) == 3
    assert len(claimants(program)) == 2


def test_the_first_interrupt_finishes_the_calls_of_the_cluster(program: Program, cluster: LocalCluster) -> None:
    with openai_server(OpenAIDialect(), slots=4, latency=0.2) as served:
        file = program.file(small(models=f"{{m: {entry(served)}}}", sweep=SWEEP))
        process = replace(program, fresh=True).begin("run", file, "--on", cluster.address, "--yes", "--json")
        wait_for(10, served, process)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 130, errors
        counts = json.loads(output)["counts"]
        assert counts["running"] == 0
        assert counts["pending"] > 0
        assert program("resume", "--on", cluster.address, "--yes").code == 0
        assert len(served.chats) == RUNS * MESSAGES, "an answer was thrown away"


def test_a_cluster_whose_command_is_gone_stops(program: Program, cluster: LocalCluster) -> None:
    with openai_server(OpenAIDialect(), slots=4, latency=0.2) as served:
        file = program.file(small(models=f"{{m: {entry(served)}}}", sweep=SWEEP))
        process = replace(program, fresh=True).begin("run", file, "--on", cluster.address, "--yes", "--json")
        wait_for(10, served, process)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        end = deadline()
        while program("status", "--json").json["counts"]["running"]:
            assert time.monotonic() < end
            time.sleep(0.1)
        assert len(served.chats) < RUNS * MESSAGES
        assert program("resume", "--yes").code == 0
    assert len(contents(program)) == RUNS


def test_a_pause_and_other_orders_reach_the_whole_cluster(program: Program, cluster: LocalCluster) -> None:
    with openai_server(OpenAIDialect(), slots=8, latency=0.4) as served:
        file = program.file(
            small(models=f"{{m: {entry(served)}}}", sweep="{factors: {messages: [4, 6]}, replicates: 6}")
        )
        with player(program, "run", file, "--on", cluster.address, "--concurrency", "4", "--yes", "--json") as playing:
            until(lambda: len(pids_of_players(program)) == 2, what="one worker plays alone")
            assert program("pause", "--reason", "lunch").code == 0
            until(lambda: obeyed(program, workers=2), what="somebody did not obey")
            before = still(program, served)
            refused = program("resume", "--on", cluster.address)
            assert (refused.code, refused.err.count("paused by")) == (3, 1)
            steered = program("steer", "--concurrency", "2", "--limit", "m:open=2", "--json")
            assert [order["former"] for order in steered.json["orders"]] == [4, {"open": None}]
            assert len(served.chats) == before
            assert program("continue").code == 0
            until(lambda: len(served.chats) > before + 3, what="nothing goes on")
            assert max(call.open for call in served.chats[before:]) <= 2
            served.latency = 0.005
            said = ended(playing)
        assert said.code == 0, said.err
        assert said.json["counts"]["done"] == 12
        assert said.err.count("pause of the sweep") == 1, "an order is told once"
        assert_nothing_is_missing_or_double(program, served, kills=0, open_calls=0)


def test_a_cluster_ends_where_it_was_declared(program: Program, cluster: LocalCluster) -> None:
    rule = '{measure: "probe trust at end", width: 20}'
    probes = '[{name: trust, at: [end], ask: "Trust?", answer: {from: 0, to: 10}}]'
    sweep = f"{{factors: {{first_speaker: [guard, prisoner], messages: 2}}, replicates: 13, stop_when: {rule}}}"
    done = program("run", program.file(small(probes=probes, sweep=sweep)), "--on", cluster.address, "--json")
    assert done.code == 0, done.err
    assert done.json["stopped"]["why"] == "declared"
    assert done.json["counts"] == {"pending": 6, "running": 0, "done": 20, "failed": 0, "cancelled": 0}


def test_a_cluster_loads_code_of_ones_own_from_where_the_command_finds_it(
    program: Program, cluster: LocalCluster
) -> None:
    ranker = "def calm(posts, reader, rng):\n    return sorted(posts, key=lambda post: post.replies)\n"
    (program.folder / "rankers.py").write_text(ranker, encoding="utf-8")
    people = ", ".join(f"{{handle: p{n}, follows: [p{(n + 1) % 4}]}}" for n in range(4))
    text = f"title: Ranked\nenvironment: feed\nmodels: {{dry: {{provider: offline}}}}\npeople: [{people}]\n" \
           'feed: {ranking: "rankers:calm"}\ndays: 1\nsweep: {replicates: 2}\n'  # fmt: skip
    said = program("run", program.file(text), "--on", cluster.address, "--allow-code", "--json")
    assert said.code == 0, said.err
    assert said.json["counts"]["done"] == 2


def test_what_is_no_cluster_or_not_there_is_said_in_a_line(program: Program) -> None:
    file = program.file(small(sweep=SWEEP))
    said = program("run", file, "--on", "login1:8786")
    assert said.code == 2
    assert "write e.g. dask://login1:8786" in said.err
    said = program("run", file, "--on", "dask://127.0.0.1:9", "--workers", "2")
    assert said.code == 2
    assert "leave one out" in said.err


@pytest.mark.parametrize("text", ["dask://", "dask://host", "tcp://host:1", "dask://host:port"])
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no cluster"):
        scheduler_address(text)


def test_shares_of_limits_come_to_the_whole() -> None:
    limits = EndpointLimits(open=7, per_minute=90, tokens_per_minute=3000, loaded=1)
    shares = [share_of(limits, number, 3) for number in range(3)]
    assert [share.open for share in shares] == [3, 2, 2]
    assert [(share.per_minute, share.tokens_per_minute, share.loaded) for share in shares] == [(30, 1000, 1)] * 3
    assert share_of(UNLIMITED, 0, 3) == UNLIMITED
