"""A question to every finished run of a sweep: asked once, whatever stops it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from sociarium.errors import BadInput, EndpointUnavailable, RequestRefused
from sociarium.experiment.answer_form import AnswerForm
from sociarium.experiment.run_content import ModelContent
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.ports.store import Store
from sociarium.providers.offline import Offline
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import RunState
from sociarium.runner.interviews.questions import AgentQuestion, OtherModel
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small
from tests.support.interviewed import Replying, ask_sweep_of, ports
from tests.support.played_stores import played

SCALE = AnswerForm(scale=(0, 10))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


def _sweep(
    store: Store, factors: str = "messages: [4, 6], agents.prisoner: [1, 2]", replicates: int = 2, **options: int
) -> SweepRecord:
    """Eight conversations, with twelve prisoners."""
    return played(store, small(sweep=f"{{factors: {{{factors}}}, replicates: {replicates}}}"), **options).sweep


def _question(agent: str = "role:prisoner", at: str = "end", text: str = "How far?", **other: object) -> AgentQuestion:
    return AgentQuestion(agent, at, text, SCALE, **other)  # type: ignore[arg-type]


def _runs(store: Store, sweep: SweepRecord) -> list[str]:
    return [slot.status.run for slot in store.slots(sweep.id)]


def test_everybody_of_a_role_is_asked_in_every_finished_run(store: Store) -> None:
    sweep = _sweep(store)

    result = ask_sweep_of(store, sweep, _question())

    assert (result.added, result.standing, result.left_out, result.failed) == (12, 0, {}, {})
    assert list(result.answers) == _runs(store, sweep)
    kept = [one for run in _runs(store, sweep) for one in store.interviews(run)]
    assert Counter((one.run, one.agent) for one in kept).most_common(1)[0][1] == 1
    assert all(isinstance(one.answer, int) and one.form == "0-10" for one in kept)


def test_the_same_question_again_asks_nothing_and_returns_what_stands(store: Store) -> None:
    sweep, model = _sweep(store), Replying()
    first = ask_sweep_of(store, sweep, _question())

    again = ask_sweep_of(store, sweep, _question(), model=model)

    assert (model.requests, again.added, again.standing) == ([], 0, 12)
    assert again.answers == first.answers


def test_one_moment_is_the_same_however_it_is_written(store: Store) -> None:
    sweep, model = _sweep(store, "messages: 6"), Replying()
    ask_sweep_of(store, sweep, _question(at="4"))

    ask_sweep_of(store, sweep, _question(at="day1/turn4"), model=model)

    assert model.requests == []


@pytest.mark.parametrize(
    "other",
    [_question(text="How near?"), _question(at="1"), AgentQuestion("role:prisoner", "end", "How far?"),
     _question(model=OtherModel("other", ModelContent(provider="offline")))],
)  # fmt: skip
def test_other_words_moments_forms_and_models_are_other_questions(store: Store, other: AgentQuestion) -> None:
    sweep = _sweep(store, "messages: 4")
    ask_sweep_of(store, sweep, _question())

    assert ask_sweep_of(store, sweep, other).added == 2


def test_what_a_bound_stopped_goes_on_and_nothing_is_asked_twice(store: Store) -> None:
    sweep, model, start = _sweep(store), Replying(), ports()
    stopped = ask_sweep_of(store, sweep, _question(), model=model, tokens=1, start=start)
    assert start.stop.why == "budget"
    assert 0 < stopped.added < 12

    ask_sweep_of(store, sweep, _question(), model=model)

    assert len(model.requests) == 12
    assert sum(len(store.interviews(run)) for run in _runs(store, sweep)) == 12


def test_runs_that_are_not_done_are_not_asked_and_counted(store: Store) -> None:
    _sweep(store, "messages: 6", 6, limit=2)
    sweep = _sweep(store, "messages: 6", 6, max_tokens=120)
    slots = list(store.slots(sweep.id))
    done = [slot.status.run for slot in slots if slot.status.state is RunState.DONE]
    halfway = next(slot.status.run for slot in slots if slot.status.run not in done and store.journal(slot.status.run))

    result = ask_sweep_of(store, sweep, _question(at="1"))

    assert (list(result.answers), result.unfinished, result.left_out) == (done, 4, {})
    assert store.interviews(halfway) == []


def test_runs_without_the_moment_or_the_agent_are_left_out_with_the_reason(store: Store) -> None:
    sweep = _sweep(store, "messages: [4, 6]")

    result = ask_sweep_of(store, sweep, _question(at="5"))

    assert (result.added, len(result.left_out)) == (2, 2)
    assert set(result.left_out.values()) == {"there is no message 5; this conversation has 4"}


def test_a_question_that_no_run_can_be_asked_is_refused_with_the_reasons(store: Store) -> None:
    sweep = _sweep(store, "messages: [4, 6]")
    with pytest.raises(BadInput, match=r"asked so: there is no message 9; this conversation has \d \(2 runs\); "):
        ask_sweep_of(store, sweep, _question(at="9"))
    assert not any(store.interviews(run) for run in _runs(store, sweep))


def test_a_reason_that_names_its_run_is_one_reason_for_all(store: Store) -> None:
    sweep = _sweep(store, "messages: [4, 6]")
    with pytest.raises(BadInput, match=r"asked so: nobody 'Nobody' can be asked in a run; "):
        ask_sweep_of(store, sweep, _question("Nobody"))


def test_one_run_that_the_model_refuses_costs_no_other(store: Store) -> None:
    class Refusing(Offline):
        calls = 0

        async def ask(self, request: ModelRequest) -> ServedReply:
            Refusing.calls += 1
            if Refusing.calls == 3:
                raise RequestRefused("not this one")
            return await super().ask(request)

    sweep = _sweep(store, "messages: 4, agents.guard: [1, 2]")

    result = ask_sweep_of(store, sweep, _question(), model=Refusing())

    assert (result.added, list(result.failed.values())) == (3, ["not this one"])


def test_a_server_that_is_away_stops_the_asking(store: Store) -> None:
    class Away(Offline):
        async def ask(self, request: ModelRequest) -> ServedReply:
            raise EndpointUnavailable("nobody is there")

    sweep, start = _sweep(store, "messages: 4"), ports()

    result = ask_sweep_of(store, sweep, _question(), model=Away(), start=start)

    assert (result.added, result.failed, start.stop.why) == (0, {}, "endpoint")


def test_a_fault_of_the_program_is_not_swallowed(store: Store) -> None:
    class Broken(Offline):
        async def ask(self, request: ModelRequest) -> ServedReply:
            raise ZeroDivisionError

    sweep = _sweep(store, "messages: 4")
    with pytest.raises(ZeroDivisionError):
        ask_sweep_of(store, sweep, _question(), model=Broken())
