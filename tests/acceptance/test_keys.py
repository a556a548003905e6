"""Keys are shown to their servers and to nobody else: not stored, logged, exported or printed."""

from __future__ import annotations

from contextlib import ExitStack
from urllib.parse import quote

import pytest

from tests.servers.ollama_server import OllamaDialect, ollama_server
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.wire import Request, Response, as_json
from tests.support.definitions import small
from tests.support.program import Program, Said
from tests.support.server_experiments import entry

IN_FILE = "sk-fictional-in-dotenv-7f3a9c51e2"
IN_ENVIRONMENT = "sk-fictional/in+environment==b81d"
OLLAMAS = "ollama-fictional-key-44d0c2a9"
KEYS = (IN_FILE, IN_ENVIRONMENT, OLLAMAS)
TRACES = (*KEYS, *(quote(key, safe="") for key in KEYS), *(key[:16] for key in KEYS))
"""No key, no other way to write it, no part of one."""


def assert_unseen(program: Program, *told: Said) -> None:
    """No key stands in what commands said, or in any file but `.env`."""
    for said in told:
        for trace in TRACES:
            assert trace not in said.out
            assert trace not in said.err
    files = [path for path in program.folder.rglob("*") if path.is_file() and path.name != ".env"]
    for path in files:
        content = path.read_bytes()
        for trace in TRACES:
            assert trace.encode() not in content, path.relative_to(program.folder)


def every_reader(program: Program, file: str) -> list[Said]:
    """What the commands say that read what is stored, or look at servers."""
    told = [
        program(*command)
        for command in (
            ("list", "runs", "--json"),
            ("status", "--json"),
            ("doctor", file),
            ("models", "check", file, "--json"),
            ("plan", file, "--prompts", "--json"),
            ("export", "Small", "--format", "txt", "--out", "out"),
        )
    ]
    told.append(program("show", told[0].json[0]["run"], "--prompts", "--json"))
    assert list((program.folder / "out").rglob("*.txt"))
    assert list((program.folder / "logs").iterdir())
    return told


@pytest.mark.slow
def test_keys_in_use_are_seen_by_their_servers_alone(program: Program) -> None:
    (program.folder / ".env").write_text(f"SOME_KEY={IN_FILE}\nOLLAMA_API_KEY={OLLAMAS}\n")
    program.environment["OPENAI_API_KEY"] = IN_ENVIRONMENT
    with ExitStack() as stack:
        one = stack.enter_context(openai_server(OpenAIDialect(key=IN_FILE)))
        other = stack.enter_context(openai_server(OpenAIDialect(key=IN_ENVIRONMENT)))
        local = stack.enter_context(ollama_server(OllamaDialect(key=OLLAMAS)))
        program.environment["OPENAI_BASE_URL"] = f"{other.url}/v1"
        models = (
            f"{{a: {entry(one, api_key_env='SOME_KEY')}, b: {{provider: openai, model: stand-in}}, c: {entry(local)}}}"
        )
        file = program.file(small(models=models, sweep="{factors: {model: [a, b, c], messages: 4}}"))
        said = program("run", file, "--yes")
        assert said.code == 0, said.err
        assert "3 of 3 runs done" in said.out
        told = every_reader(program, file)
        for served, key in ((one, IN_FILE), (other, IN_ENVIRONMENT), (local, OLLAMAS)):
            assert len(served.chats) == 4
            assert {call.headers["authorization"] for call in served.received} == {f"Bearer {key}"}
            assert not any(key.encode() in call.body for call in served.received)
    assert_unseen(program, said, *told)


def test_a_key_goes_to_no_server_that_it_is_not_for(program: Program) -> None:
    program.environment["OPENAI_API_KEY"] = IN_ENVIRONMENT
    with openai_server() as served:
        file = program.file(small(models=f"{{m: {entry(served)}}}"))
        assert program("run", file, "--yes").code == 0
        assert not any(IN_ENVIRONMENT in value for call in served.received for value in call.headers.values())


def echoes(key: str) -> dict[str, Response]:
    """Answers in which a server repeats a key, by what is wrong."""
    named = {"x-request-key": key, "www-authenticate": f'Bearer realm="{key}"', "retry-after": "0.01"}

    def error(status: int, words: str, **more: str) -> Response:
        answer = as_json({"error": {"message": words, **more}}, status)
        return Response(status, answer.body, named)

    return {
        "refused": error(401, f"Incorrect API key provided: {key}.", code="invalid_api_key"),
        "forbidden": error(403, f"The project of {key} ({quote(key, safe='')}) may not do this."),
        "no credit": error(429, f"{key} has no credit.", code="insufficient_quota"),
        "bad request": error(400, f"temperature is not allowed for {key}"),
        "no such model": error(404, f"{key} sees no such model", code="model_not_found"),
        "redirect": Response(307, f"see {key}".encode(), {**named, "location": f"http://127.0.0.1:1/?key={key}"}),
        "plain words": Response(400, f"<pre>Authorization: Bearer {key}</pre>".encode(), named),
        "another shape": as_json({"detail": [{"msg": "wrong", "input": {"authorization": f"Bearer {key}"}}]}, 422),
    }


@pytest.mark.slow
def test_a_server_that_repeats_the_key_in_an_error_is_not_repeated(program: Program) -> None:
    (program.folder / ".env").write_text(f"SOME_KEY={IN_ENVIRONMENT}\n")
    dialect = OpenAIDialect()
    told = []
    with openai_server(dialect) as served:
        models = f"{{m: {entry(served, api_key_env='SOME_KEY', temperature=0.5)}}}"
        for kind, dialect.override in echoes(IN_ENVIRONMENT).items():
            file = program.file(small(title=kind, models=models))
            told.append(said := program("run", file, "--yes"))
            assert said.code == 2, kind
            assert "[key]" in said.out or kind == "redirect"
    told.append(program("list", "runs", "--state", "pending", "--json"))
    assert len(told[-1].json) == len(echoes(""))
    assert_unseen(program, *told)


class Echoing(OpenAIDialect):
    """A server that fails for a moment, each time in another way, and repeats the key; then it answers."""

    def refusal(self, request: Request) -> Response | None:
        """The next failure; None when all were met."""
        return self.left.pop(0) if self.left else None

    left: list[Response]


@pytest.mark.slow
def test_a_key_repeated_in_passing_failures_is_kept_nowhere(program: Program) -> None:
    program.environment["SOME_KEY"] = IN_ENVIRONMENT
    dialect = Echoing()
    hint = {"retry-after": "0.01", "x-key": IN_ENVIRONMENT}
    dialect.left = [
        Response(500, f"internal: {IN_ENVIRONMENT}".encode()),
        Response(503, as_json({"error": f"busy, {IN_ENVIRONMENT}"}).body, hint),
        Response(429, as_json({"error": {"message": f"slow down, {IN_ENVIRONMENT}"}}).body, hint),
        Response(200, f"<html>Bad gateway, {IN_ENVIRONMENT}</html>".encode(), {"content-type": "text/html"}),
    ]
    with openai_server(dialect) as served:
        file = program.file(small(models=f"{{m: {entry(served, api_key_env='SOME_KEY')}}}"))
        said = program("run", file, "--yes", "--json")
        assert said.code == 0, said.err
        assert len(served.chats) == 4 + 4
    assert_unseen(program, said)


@pytest.mark.slow
def test_ollama_repeating_the_key_is_not_repeated(program: Program) -> None:
    program.environment["OLLAMA_API_KEY"] = OLLAMAS
    dialect = OllamaDialect(key="another")
    with ollama_server(dialect) as served:
        file = program.file(small(models=f"{{m: {entry(served)}}}"))
        wrong = program("run", file, "--yes")
        assert wrong.code == 2
        assert "unauthorized: [key]" in wrong.err
        dialect.key = None
        dialect.pull_error = f"unauthorized: {OLLAMAS}"
        file = program.file(small(models=f"{{m: {entry(served, model='small')}}}"))
        pulled = program("run", file, "--yes")
        assert pulled.code == 2
        assert "[key]" in pulled.err
    assert_unseen(program, wrong, pulled)
