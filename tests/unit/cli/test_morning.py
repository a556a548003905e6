"""What a morning shows of a sweep: by condition, by cause, what lags behind, and the command to go on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sociarium.cli.display.command_hints import program_name
from sociarium.environments.protocols import protocol_of
from sociarium.errors import Transient
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.providers.offline import Offline
from sociarium.records.runs import Claim, Outcome, RunState
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.older_stores import Call, program
from tests.support.steering import steer
from tests.support.sweeps_in_process import play, prepared

TEXT = small(
    title="Yard",
    models="{a: {provider: offline}, b: {provider: offline}}",
    sweep="{factors: {model: [a, b], messages: [2, 4]}, replicates: 3}",
)


class HalfBroken(Offline):
    """Fails for one model, each time with other numbers."""

    calls = 0

    async def ask(self, request: ModelRequest) -> ServedReply:
        if request.model.name == "b":
            self.calls += 1
            raise Transient(f"the server said 500 (request {self.calls})")
        return await super().ask(request)


class OneAnswer(Offline):
    """Answers once."""

    is_over = False

    async def ask(self, request: ModelRequest) -> ServedReply:
        if self.is_over:
            raise Transient("gone")
        self.is_over = True
        return await super().ask(request)


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


@pytest.fixture
def call(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    monkeypatch.setenv("COLUMNS", "120")
    return program(store.url, tmp_path, monkeypatch, capsys)


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_failures_are_grouped_by_cause_with_a_run_and_the_command_that_tries_them_again(
    store: SqliteStore, call: Call
) -> None:
    begun = prepared(store, definition(TEXT))
    play(store, begun, HalfBroken())
    shown = lines(call("status").out)
    assert "6 runs failed:" in shown
    [cause] = [line for line in shown if line.startswith("6 x the server said 500 (request ")]
    failed = {slot.status.run[:8] for slot in store.slots(begun.sweep.id) if slot.status.error}
    assert cause.rpartition("(run ")[2].rstrip(")") in failed
    assert any(f"resume {begun.sweep.id[:8]} --retry-failed" in line for line in shown)


@pytest.mark.slow
def test_conditions_with_fewer_runs_than_others_are_named_once_nobody_plays(store: SqliteStore, call: Call) -> None:
    begun = prepared(store, definition(TEXT))
    play(store, begun, HalfBroken())
    shown = lines(call("status").out)
    at = shown.index("Fewer runs are done than elsewhere:")
    assert shown[at + 1 : at + 3] == ["model=b · messages=2: 0 of 3 done", "model=b · messages=4: 0 of 3 done"]
    failed = next(slot.status for slot in store.slots(begun.sweep.id) if slot.status.error)
    worker = this_worker("ada")
    store.record_heartbeat(worker)
    store.claim(Claim(failed.run, failed.token + 1, worker.id, "2026-03-01T08:00:00.000Z", protocol_of("conversation")))
    assert "Fewer runs are done than elsewhere:" not in lines(call("status").out), "it is played still"
    store.claim(
        Claim(failed.run, failed.token + 2, worker.id, "", protocol_of("conversation"), Outcome(RunState.PENDING))
    )
    play(store, begun, retry_failed=True)
    assert "Fewer runs are done than elsewhere:" not in lines(call("status").out)


@pytest.mark.slow
def test_forks_whose_conditions_are_of_unequal_sizes_lack_none(store: SqliteStore, call: Call) -> None:
    models = "{a: {provider: offline}, b: {provider: offline}, c: {provider: offline}}"
    begun = prepared(store, definition(small(models=models, sweep="{factors: {model: [a, b, c]}, replicates: 2}")))
    play(store, begun, Offline())
    told = call("fork", begun.sweep.id, "--all", "--at", "1", "--set", "model=c", "--yes").out
    assert "Fewer runs are done" not in told
    shown = lines(call("status").out)
    assert [line for line in shown if line.endswith(" 4 0 0 4")], "the changed forks of two conditions are one"
    assert not [line for line in shown if "Fewer runs" in line or "of which runs failed" in line]


@pytest.mark.slow
def test_the_last_screen_and_status_say_the_same_of_it(store: SqliteStore, call: Call) -> None:
    begun = prepared(store, definition(TEXT))
    play(store, begun, HalfBroken())
    steer(store, begun.sweep, "concurrency", value=2, reason="a guest works here")
    last, status = lines(call("resume", begun.sweep.id).out), lines(call("status").out)
    for part in ("model messages", "b 4", "6 x the server", "Fewer runs", "They are tried again"):
        said = [line for line in last if line.startswith(part)]
        assert said, part
        assert set(said) <= set(status)
    steered = [line for line in status if "ada: concurrency 2 (a guest works here)" in line]
    assert steered
    assert steered[0] in last


def test_a_paused_sweep_names_the_command_that_ends_the_pause(store: SqliteStore, call: Call) -> None:
    begun = prepared(store, definition(TEXT))
    play(store, begun, limit=4)
    assert f"go on with: {go_on('resume', begun.sweep.id)}" in " ".join(lines(call("status").out))
    steer(store, begun.sweep, "pause", value="drain")
    said = " ".join(lines(call("status").out))
    assert f"it is paused; go on with: {go_on('continue', begun.sweep.id)}" in said
    refused = call("resume", begun.sweep.id)
    assert (refused.code, "was paused by ada" in refused.err) == (3, True)
    assert call("status", "--json").json["steering"]["paused"] == "drain"


def go_on(command: str, sweep: str, *options: str) -> str:
    return " ".join((program_name(), command, sweep[:8], *options))


def test_bounds_that_were_steered_are_named_in_the_command_that_goes_on(store: SqliteStore, call: Call) -> None:
    begun = prepared(store, definition(TEXT))
    steer(store, begun.sweep, "concurrency", value=3)
    steer(store, begun.sweep, "budget", value={"max_cost": 2.5, "seconds": 27000, "max_tokens": 900})
    steer(store, begun.sweep, "budget", value={"max_cost": None, "max_tokens": 1})
    command = go_on("resume", begun.sweep.id, "--concurrency", "3", "--max-time", "7h30m", "--max-tokens", "1")
    stopped = call("resume", begun.sweep.id)
    assert stopped.code == 3
    assert command in stopped.out
    assert command in " ".join(lines(call("status").out))


def test_how_long_it_took_is_told_once_it_is_over(store: SqliteStore, call: Call) -> None:
    begun = prepared(store, definition(TEXT))
    assert not any(line.startswith("From ") for line in lines(call("status", begun.sweep.id).out))
    play(store, begun)
    [line] = [line for line in lines(call("status").out) if line.startswith("From ")]
    assert "UTC (" in line
    assert "tokens." in line


PAID = small(
    title="Paid",
    models="""
  a: {provider: openai, model: x, price: {input: 1000, output: 2000}}
  b: {provider: openai, model: y, price: {input: 100, output: 200}}""",
    sweep="{factors: {model: [a, b], messages: [8]}, replicates: 3}",
)


class BreaksOff(Offline):
    """Answers some calls, and none after them."""

    calls = 0

    async def ask(self, request: ModelRequest) -> ServedReply:
        self.calls += 1
        if self.calls > 30:
            raise Transient("the server said 500")
        return await super().ask(request)


def test_what_was_asked_in_runs_that_are_not_done_was_used_too(store: SqliteStore, call: Call) -> None:
    begun = prepared(store, definition(PAID))
    spending = play(store, begun, BreaksOff(), concurrency=1).spending
    states = {slot.status.state for slot in store.slots(begun.sweep.id)}
    assert states == {RunState.DONE, RunState.FAILED}
    used = spending.prompt_tokens + spending.completion_tokens
    [line] = [line for line in lines(call("status").out) if line.startswith("From ")]
    assert line.endswith(f" {used:,} tokens. Cost: {spending.cost_usd:.2f} USD.")
    assert call("status", "--json").json["spent"] == {
        "tokens": {"prompt": spending.prompt_tokens, "completion": spending.completion_tokens},
        "cost_usd": pytest.approx(spending.cost_usd, abs=1e-6),
    }
    listed = call("list", "runs", "--json").json
    assert sum(run["cost"] for run in listed) == pytest.approx(spending.cost_usd)


def test_status_without_a_name_shows_what_is_played_now_and_names_others_that_are(
    store: SqliteStore, call: Call
) -> None:
    ada, bob, eve = (
        prepared(store, definition(small(title=title, sweep="{replicates: 3}")))
        for title in ("Ada's", "Bob's", "Eve's")
    )
    worker = this_worker("ada")
    store.record_heartbeat(worker)
    for begun in (ada, bob, eve, ada):
        play(store, begun, OneAnswer(), limit=1)
    assert call("status", "--json").json["sweep"] == eve.sweep.id, "nobody plays: the one that was begun last"
    for begun in (bob, ada):
        last = [slot.status for slot in store.slots(begun.sweep.id) if slot.status.error][-1]
        store.claim(Claim(last.run, last.token + 1, worker.id, "2026-03-01T08:00:00.000Z", protocol_of("conversation")))
        assert call("status", "--json").json["sweep"] == begun.sweep.id
    assert call("status", "--json").json["played_too"] == [bob.sweep.id]
    shown = call("status").out
    assert f"! played now, too: Bob's · sweep {bob.sweep.id[:8]}; `" in shown
    assert f"Ada's · sweep {ada.sweep.id[:8]}" in shown
    assert call("status", eve.sweep.id[:8], "--json").json["sweep"] == eve.sweep.id
    assert "played now" not in call("status", eve.sweep.id[:8]).out


def test_runs_that_were_held_when_their_worker_left_are_run_by_nobody(store: SqliteStore, call: Call) -> None:
    begun = prepared(store, definition(small(sweep="{replicates: 3}")))
    play(store, begun, OneAnswer(), limit=1)
    former = this_worker("ada")  # of this very process, as after Ctrl-C twice in the guided program
    store.record_heartbeat(replace(former, doing={"sweep": begun.sweep.id, "open": 1}))
    last = [slot.status for slot in store.slots(begun.sweep.id)][-1]
    store.claim(Claim(last.run, last.token + 1, former.id, "2026-03-01T08:00:00.000Z", protocol_of("conversation")))
    assert call("status", "--json").json["counts"]["running"] == 1
    store.record_heartbeat(replace(former, beat=1, doing={"ended": True}))
    status = call("status", "--json").json
    assert (status["counts"]["running"], status["workers"]) == (0, [])
