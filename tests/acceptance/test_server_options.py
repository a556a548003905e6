"""What is sent to servers of each kind, what they are waited for, and what is known of them before a night."""

from __future__ import annotations

import json

import pytest

from tests.servers.ollama_server import OllamaDialect, digest_of, ollama_server
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.stand_in import StandIn
from tests.support.definitions import small
from tests.support.program import Program
from tests.support.server_experiments import assert_verified, entry, runs, sent, server

TWO_MODELS = {"stand-in:latest": digest_of("stand-in"), "other:latest": digest_of("other")}


def two_models(served: StandIn, **options: object) -> str:
    models = f"{{a: {entry(served, **options)}, b: {entry(served, model='other', **options)}}}"
    return small(models=models, sweep="{factors: {model: [a, b], messages: 4}, replicates: 4}")


# keep_alive, and queues


def test_a_server_that_holds_one_model_at_a_time_changes_over_when_it_is_asked_to(program: Program) -> None:
    dialect = OllamaDialect(models=dict(TWO_MODELS), one_at_a_time=True, load_pause=0.01)
    with ollama_server(dialect) as served:
        said = program("run", program.file(two_models(served, timeout=30)), "--yes", "--json")
        assert said.code == 0, said.err
        assert said.json["counts"]["done"] == 8
        assert not any("keep_alive" in call.json for call in served.chats), (
            "sent, it holds the loaded model for minutes"
        )
        assert set(dialect.loads) == set(TWO_MODELS)


def test_keep_alive_is_sent_where_the_file_has_it_and_stored_as_sent(program: Program) -> None:
    with ollama_server() as served:
        text = small(models=f"{{m: {entry(served, keep_alive='0')}}}")
        assert program("run", program.file(text), "--yes").code == 0
        assert {call.json["keep_alive"] for call in served.chats} == {0}
        assert {call["options"]["keep_alive"] for run in runs(program) for call in run["calls"]} == {0}


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["openai", "ollama"])
def test_a_call_that_stood_in_a_living_servers_queue_is_asked_again_and_fails_no_run(
    program: Program, protocol: str
) -> None:
    with server(protocol) as served:
        served.faults.next("hang", "hang")
        models = f"{{m: {entry(served, timeout=0.3)}}}"
        said = program("run", program.file(small(models=models)), "--yes", "--json")
        assert said.code == 0, said.err
        assert said.json["counts"] == {"pending": 0, "running": 0, "done": 1, "failed": 0, "cancelled": 0}
        log = "".join(path.read_text() for path in (program.folder / "logs").glob("*.log"))
        assert "in whose queue a call stands" in log
    assert_verified(program, said.json["sweep"], 1)


# Names of options


@pytest.mark.parametrize(
    ("owner", "name"),
    [("llamacpp", "repeat_penalty"), ("vllm", "repetition_penalty"), ("stand-in", "repetition_penalty")],
)
def test_an_option_goes_out_under_the_name_that_the_server_reads_and_is_stored_so(
    program: Program, owner: str, name: str
) -> None:
    with openai_server(OpenAIDialect(owner=owner)) as served:
        said = program("run", program.file(small(models=f"{{m: {entry(served, repeat_penalty=1.1)}}}")), "--yes")
        assert said.code == 0, said.err
        assert [sent(call).options for call in served.chats] == [{name: 1.1}] * 4
        assert [call["options"] for run in runs(program) for call in run["calls"]] == [{name: 1.1}] * 4


def test_extra_is_sent_as_written_and_stored_as_sent(program: Program) -> None:
    with openai_server() as served:
        models = f"{{m: {entry(served, temperature=0.5, extra='{repeat_penalty: 1.1, dry: {base: 2}}')}}}"
        assert program("run", program.file(small(models=models)), "--yes").code == 0
        wanted = {"temperature": 0.5, "repeat_penalty": 1.1, "dry": {"base": 2}}
        assert [sent(call).options for call in served.chats] == [wanted] * 4
        assert [call["options"] for run in runs(program) for call in run["calls"]] == [wanted] * 4


def test_extra_goes_among_ollamas_options(program: Program) -> None:
    with ollama_server() as served:
        models = f"{{m: {entry(served, extra='{num_gpu: 1}')}}}"
        assert program("run", program.file(small(models=models)), "--yes").code == 0
        assert {call.json["options"]["num_gpu"] for call in served.chats} == {1}


@pytest.mark.slow
def test_an_option_that_a_server_may_ignore_is_told_by_the_plan_and_one_that_it_ignores_by_the_check(
    program: Program,
) -> None:
    with openai_server(OpenAIDialect(owner="library")) as served:
        file = program.file(small(models=f"{{m: {entry(served, top_k=40)}}}"))
        [warning] = [one for one in program("plan", file, "--json").json["warnings"] if "top_k" in one]
        assert "`extra: {...}`" in warning
        checked = program("models", "check", file, "--json")
        [hint] = checked.json[0]["servers"][0]["hints"]
        assert "Ollama's /v1" in hint
        assert "`top_k`" in hint
        assert checked.code == 0, "a hint stops nothing"
        assert "`top_k`" in program("doctor", file).out
        assert program("run", file, "--yes").code == 0


# Where a model is served


@pytest.mark.slow
def test_an_address_with_a_path_a_query_and_a_key_in_a_header_of_its_own_is_asked_as_written(program: Program) -> None:
    key = "planted-azure-key"
    (program.folder / ".env").write_text(f"AZURE_KEY={key}\n")
    dialect = OpenAIDialect(
        base="/openai/deployments/d", query="api-version=2024-10-21", key=key, key_header="api-key", any_model=True
    )
    with openai_server(dialect) as served:
        url = json.dumps(f"{served.url}/openai/deployments/d?api-version=2024-10-21")
        models = f"{{m: {entry(served, base_url=url, api_key_env='AZURE_KEY', api_key_header='api-key')}}}"
        file = program.file(small(models=models))
        assert program("models", "check", file).code == 0
        said = program("run", file, "--yes", "--json")
        assert said.code == 0, said.err
        assert {request.query for request in served.received} == {"api-version=2024-10-21"}
        assert {request.path.rpartition("/d/")[2] for request in served.received} == {"models", "chat/completions"}
        for request in served.received:
            assert request.headers["api-key"] == key
            assert "authorization" not in request.headers
    with openai_server() as moved:
        plain = program.file(small(models=f"{{m: {entry(moved)}}}"))
        said = program("run", plain, "--yes", "--json")
        assert (said.code, moved.chats) == (0, []), (
            "the header is where a model is served, and made another model of it"
        )


# Before the start


def test_thinking_that_the_model_cannot_is_told_before_the_start(program: Program) -> None:
    with ollama_server(OllamaDialect(thinkers=set())) as served:
        file = program.file(small(models=f"{{m: {entry(served, thinking='true')}}}"))
        for command in (("models", "check", file), ("doctor", file), ("run", file, "--yes")):
            said = program(*command)
            assert said.code == 2, command
            assert "cannot think" in said.out + said.err
            assert "`thinking`" in said.out + said.err
        assert served.chats == []


def test_the_doctor_shows_a_model_that_is_missing(program: Program) -> None:
    with ollama_server() as served:
        file = program.file(small(models=f"{{m: {entry(served, model='small')}}}"))
        said = program("doctor", file)
        assert "model 'small' is not on" in said.out
        [found] = [one for one in program("doctor", file, "--json").json if one["what"] == "model m"]
        assert "ollama pull small" in found["hint"]
        assert found["problem"] == ""


def test_an_address_without_v1_is_told_with_its_mend(program: Program) -> None:
    with openai_server() as served:
        file = program.file(small(models=f"{{m: {entry(served, base_url=served.url)}}}"))
        for command in ("models", "check", file), ("doctor", file):
            assert f"`base_url: {served.url}/v1`" in program(*command).out
        longer = program.file(small(models=f"{{m: {entry(served, base_url=f'{served.url}/v1/chat/completions')}}}"))
        assert f"`base_url: {served.url}/v1`" in program("doctor", longer).out
