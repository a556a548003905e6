"""What serves a model: fetched once where it is missing, and watched for changes of it."""

from __future__ import annotations

import json
from contextlib import ExitStack

import pytest

from tests.servers.answers import Answer, Ask, words_of
from tests.servers.ollama_server import OllamaDialect, digest_of, ollama_server
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.stand_in import StandIn
from tests.servers.wire import Request, Response, as_json
from tests.support.definitions import small
from tests.support.program import Program
from tests.support.server_experiments import assert_verified, entry, nothing_is_stored, runs, server

SWEEP = "{factors: {messages: 4}, replicates: 12}"


def pulls(served: StandIn) -> list[str]:
    """The models that a server was told to pull."""
    return [request.json["model"] for request in served.received if request.path == "/api/pull"]


@pytest.mark.slow
def test_a_missing_model_is_pulled_once_however_many_runs_wait(program: Program) -> None:
    with ollama_server(OllamaDialect(pull_pause=0.05)) as served:
        model = entry(served, model="small")
        models = f"{{cold: {model[:-1]}, temperature: 0.1}}, warm: {model[:-1]}, temperature: 0.9}}}}"
        sweep = "{factors: {model: [cold, warm], messages: 4}, replicates: 8}"
        said = program("run", program.file(small(models=models, sweep=sweep)), "--yes", "--json")
        assert said.code == 0, said.err
        assert said.json["counts"]["done"] == 16
        assert pulls(served) == ["small"]
        paths = [request.path for request in served.received]
        assert paths.index("/api/pull") < paths.index("/api/chat")
    assert {call["digest"] for run in runs(program) for call in run["calls"]} == {digest_of("small")}


@pytest.mark.slow
def test_each_of_two_servers_pulls_for_itself(program: Program) -> None:
    with ExitStack() as stack:
        hosts = [stack.enter_context(ollama_server()) for _ in range(2)]
        model = entry(hosts[0], model="small", hosts=json.dumps([served.url for served in hosts]))
        said = program("run", program.file(small(models=f"{{m: {model}}}", sweep=SWEEP)), "--yes", "--json")
        assert said.code == 0, said.err
        assert [pulls(served) for served in hosts] == [["small"]] * 2


def test_a_model_is_not_pulled_where_that_is_forbidden(program: Program) -> None:
    with ollama_server() as served:
        file = program.file(small(models=f"{{m: {entry(served, model='small')}}}"))
        said = program("run", file, "--yes", "--no-pull")
        assert said.code == 2
        assert f"'small' is not on {served.url}" in said.err
        assert "run `ollama pull small`" in said.err
        assert (pulls(served), served.chats) == ([], [])
        assert nothing_is_stored(program.folder, "mine.yaml")


@pytest.mark.slow
def test_a_server_that_lacks_the_model_is_told_although_another_has_it(program: Program) -> None:
    with ollama_server(OllamaDialect(models={"small:latest": digest_of("small")})) as rich, ollama_server() as poor:
        model = entry(rich, model="small", hosts=json.dumps([rich.url, poor.url]))
        file = program.file(small(models=f"{{m: {model}}}", sweep=SWEEP))
        said = program("run", file, "--yes", "--no-pull")
        assert said.code == 2
        assert f"'small' is not on {poor.url}" in said.err
        assert (rich.chats, poor.chats) == ([], [])


def test_a_pull_that_fails_stops_the_sweep_before_it_starts(program: Program) -> None:
    with ollama_server(OllamaDialect(pull_error="no space left on device")) as served:
        said = program("run", program.file(small(models=f"{{m: {entry(served, model='small')}}}")), "--yes")
        assert said.code == 2
        assert "no space left on device" in said.err
        assert nothing_is_stored(program.folder, "mine.yaml")


NEW = "f" * 64


def assert_paused(told: dict[str, str], before: str, now: str) -> None:
    """The message names both, and how the change is accepted."""
    [message] = told.values()
    assert before in message
    assert now in message
    assert " resume --accept-digest m`" in message


@pytest.mark.slow
def test_a_digest_that_changes_between_two_starts_pauses_the_model_until_it_is_accepted(program: Program) -> None:
    dialect = OllamaDialect()
    with ollama_server(dialect) as served:
        file = program.file(small(models=f"{{m: {entry(served)}}}", sweep=SWEEP))
        assert program("run", file, "--yes", "--limit", "2").code == 0
        dialect.models["stand-in:latest"] = NEW
        paused = program("resume", "--yes", "--json")
        assert paused.code == 3
        assert paused.json["counts"] == {"pending": 10, "running": 0, "done": 2, "failed": 0, "cancelled": 0}
        assert_paused(paused.json["paused"], digest_of("stand-in"), NEW)
        accepted = program("resume", "--accept-digest", "m", "--yes", "--json")
        assert (accepted.code, accepted.json["counts"]["done"], accepted.json["paused"]) == (0, 12, {})
        logs = "".join(path.read_text(encoding="utf-8") for path in (program.folder / "logs").iterdir())
        words = f"is served as {NEW}, before as {digest_of('stand-in')}"
        assert f"tester accepted that the model m of the sweep {accepted.json['sweep']} {words}\n" in logs
        found = [{call["digest"] for call in run["calls"]} for run in runs(program)]
    assert sorted(found, key=str) == sorted([{digest_of("stand-in")}] * 2 + [{NEW}] * 10, key=str)
    assert_verified(program, accepted.json["sweep"], 12)


@pytest.mark.slow
def test_a_digest_that_changes_while_runs_are_played_pauses_the_model(program: Program) -> None:
    dialect = OllamaDialect()

    def answering(ask: Ask) -> Answer:
        if len(served.chats) == 10 and dialect.models["stand-in:latest"] != NEW:
            dialect.models["stand-in:latest"] = NEW
            served.faults.next("drop")  # Ollama was started anew
        return words_of(ask)

    dialect.answering = answering
    with ollama_server(dialect) as served:
        file = program.file(small(models=f"{{m: {entry(served)}}}", sweep=SWEEP))
        paused = program("run", file, "--yes", "--json", "--concurrency", "1")
        assert paused.code == 3
        assert paused.json["counts"] == {"pending": 10, "running": 0, "done": 2, "failed": 0, "cancelled": 0}
        assert_paused(paused.json["paused"], digest_of("stand-in"), NEW)
        said = program("resume", "--yes")
        assert (said.code, "accept-digest m" in said.out) == (3, True)
        dialect.models["stand-in:latest"] = digest_of("stand-in")
        back = program("resume", "--yes", "--json")
        assert (back.code, back.json["counts"]["done"]) == (0, 12), "the former one is back"
    assert_verified(program, back.json["sweep"], 12)


@pytest.mark.slow
def test_another_model_behind_the_same_name_pauses_it_and_the_others_go_on(program: Program) -> None:
    with openai_server(Renaming()) as served, server("openai") as other:
        models = f"{{m: {entry(served)}, n: {entry(other)}}}"
        text = small(models=models, sweep="{factors: {model: [m, n], messages: 4}, replicates: 6}")
        paused = program("run", program.file(text), "--yes", "--json", "--concurrency", "1")
        assert paused.code == 3
        assert_paused(paused.json["paused"], "stand-in", "stand-in-2")
        listed = program("list", "runs", "--json").json
        states = {(run["condition"]["model"], run["state"]) for run in listed}
        assert ("n", "done") in states
        assert ("n", "pending") not in states
        assert ("m", "pending") in states
        assert paused.json["counts"]["failed"] == 0


class Renaming(OpenAIDialect):
    """A server that answers as another model after ten calls."""

    answered = 0

    def answer(self, request: Request) -> Response:
        """A completion."""
        Renaming.answered += 1
        good = super().answer(request)
        if Renaming.answered <= 10:
            return good
        return as_json(json.loads(good.body) | {"model": "stand-in-2"})


def test_a_list_that_is_kept_back_for_a_while_or_by_one_server_is_no_change_of_a_model(program: Program) -> None:
    class KeptBack(OllamaDialect):
        kept_back = False

        async def other(self, request: Request) -> Response:
            if request.path == "/api/tags" and self.kept_back:
                return Response(403, b"forbidden")
            return await OllamaDialect.other(self, request)

    open_, other = KeptBack(), KeptBack()
    other.kept_back = True
    with StandIn(open_).serving() as first, StandIn(other).serving() as second:
        model = entry(first, hosts=json.dumps([first.url, second.url]))
        file = program.file(small(models=f"{{m: {model}}}", sweep=SWEEP))
        begun = program("run", file, "--yes", "--limit", "8", "--json")
        assert begun.code == 0, begun.err
        open_.kept_back = True
        ended = program("resume", begun.json["sweep"], "--yes", "--json")
        assert (ended.code, ended.json["counts"]["done"]) == (0, 12), ended.err
        assert all(server.chats for server in (first, second))
        run = program("list", "runs", "--json").json[0]["run"]
        asked = program("ask", run, "Why?", "--agent", "role:guard", "--yes")
    assert asked.code == 0, asked.err
    assert "another version" not in asked.out + asked.err
