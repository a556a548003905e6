"""Passwords and keys in addresses reach their servers and nobody else: not printed, logged, stored or exported."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers.ollama_server import OllamaDialect, ollama_server
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.wire import Request, Response, as_json
from tests.support.definitions import small
from tests.support.mongo_stub import Command, refused, serving
from tests.support.planted_secrets import KEY, LOGIN, PASSWORD, QUOTED, assert_unseen
from tests.support.program import Program, Said


def everything(program: Program, file: str) -> list[Said]:
    """What the commands say that look at servers, read what is stored, or write it out."""
    told = [
        program(*command)
        for command in (
            ("list", "runs", "--json"),
            ("list", "runs"),
            ("list", "experiments", "--json"),
            ("status",),
            ("status", "--json"),
            ("doctor", file),
            ("doctor", file, "--json"),
            ("models", "check"),
            ("models", "check", "--json"),
            ("models", "check", file),
            ("models", "check", file, "--json"),
            ("plan", file, "--prompts"),
            ("plan", file, "--json"),
            *(
                ("export", "Small", "--format", kind, "--out", "out")
                for kind in ("txt", "csv", "jsonl", "yaml", "archive")
            ),
        )
    ]
    told += [program("show", told[0].json[0]["run"], *options) for options in (("--json",), ("--prompts",))]
    return told


OWN = "{m: {provider: openai, model: stand-in}}"


@pytest.mark.slow
def test_a_server_whose_address_holds_a_password_and_a_key_is_asked_with_both_and_shown_without(
    program: Program,
) -> None:
    dialect = Echoing()
    with openai_server(dialect) as served:
        program.environment["OPENAI_BASE_URL"] = f"http://ana:{QUOTED}@127.0.0.1:{served.port}/v1?key={KEY}"
        file = program.file(small(models=OWN))
        said = program("run", file, "--yes")
        assert said.code == 0, said.err
        assert {call.headers["authorization"] for call in served.received} == {f"Basic {LOGIN}"}
        told = everything(program, file)
        assert f"http://127.0.0.1:{served.port}/v1" in "".join(one.out for one in told)
    program.environment["OPENAI_BASE_URL"] = f"http://ana:{QUOTED}@127.0.0.1:{served.port}/v1?key={KEY}"
    away = [program("run", program.file(small(title="Away", models=OWN)), "--yes"), *everything(program, file)]
    assert f"nobody answers at http://127.0.0.1:{served.port}/v1;" in away[0].err
    assert_unseen(program, said, *told, *away)


class Echoing(OpenAIDialect):
    """A server that repeats what it was sent in all its failures, passing and lasting ones."""

    def __init__(self) -> None:
        super().__init__()
        self.left = [500, 503, 429]

    def refusal(self, request: Request) -> Response | None:
        """The next failure; None when all were met."""
        if not self.left:
            return None
        words = f"{request.headers} http://ana:{QUOTED}@127.0.0.1/v1?key={KEY} {PASSWORD} {KEY}"
        answer = as_json({"error": {"message": words}}, status := self.left.pop(0))
        return Response(status, answer.body, {"retry-after": "0.01"})


@pytest.mark.slow
@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_failure_that_repeats_the_address_is_kept_without_its_secrets(program: Program, status: int) -> None:
    dialect = Echoing()
    with openai_server(dialect) as served:
        dialect.left = [status] * 9
        program.environment["OPENAI_BASE_URL"] = f"http://ana:{QUOTED}@127.0.0.1:{served.port}/v1?key={KEY}"
        file = program.file(small(models=OWN))
        said = program("run", file, "--yes")
        assert said.code == 2, said.err
        # What is kept is the same for all of them, and so is what the commands make of it.
        told = everything(program, file) if status == 401 else [program("status"), program("list", "runs", "--json")]
    assert_unseen(program, said, *told)


@pytest.mark.slow
def test_a_file_may_take_secrets_of_an_address_from_the_environment(program: Program) -> None:
    (program.folder / ".env").write_text(f"LAB_PASSWORD='{PASSWORD}'\nLAB_KEY={KEY}\n")
    with openai_server(OpenAIDialect(query=f"api-version=1&key={KEY}")) as served:
        address = f"http://ana:${{LAB_PASSWORD}}@127.0.0.1:{served.port}/v1?api-version=1&key=${{LAB_KEY}}"
        file = program.file(small(models=f'{{m: {{provider: openai, model: stand-in, base_url: "{address}"}}}}'))
        said = program("run", file, "--yes")
        assert said.code == 0, said.err
        assert {call.headers["authorization"] for call in served.received} == {f"Basic {LOGIN}"}
        told = everything(program, file)
    [export] = (program.folder / "out").rglob("*.yaml")
    assert address in export.read_text()
    (program.folder / ".env").write_text("")
    unset = program("run", file, "--yes")
    assert unset.code == 2
    assert "LAB_PASSWORD, which is not set" in unset.err
    assert_unseen(program, said, unset, *told)


@pytest.mark.slow
@pytest.mark.parametrize(
    "entry",
    [
        f'provider: openai, model: x, base_url: "http://ana:{QUOTED}@127.0.0.1:1/v1"',
        f'provider: openai, model: x, base_url: "http://ana:{PASSWORD}@127.0.0.1:1/v1"',
        f'provider: openai, model: x, base_url: "http://{KEY}@127.0.0.1:1/v1"',
        f'provider: openai, model: x, base_url: "http://127.0.0.1:1/v1?key={KEY}"',
        f'provider: openai, model: x, base_url: "http://127.0.0.1:1/v1?api-version=1&sig={KEY}#x"',
        f'provider: ollama, model: x, context: 64, hosts: ["http://ana:{QUOTED}@127.0.0.1:1"]',
    ],
)
def test_a_file_with_a_secret_in_an_address_is_refused_with_the_mend(program: Program, entry: str) -> None:
    file = program.file(small(models=f"{{m: {{{entry}}}}}"), "secret.yaml")
    commands = [("run", file, "--yes"), ("plan", file), ("doctor", file), ("models", "check", file), ("import", file)]
    told = [program(*command, *options) for command in commands for options in ((), ("--json",))]
    assert {said.code for said in told} == {2}
    assert all("put it into .env, and write here ${NAME} for it" in said.out + said.err for said in told)
    assert_unseen(program, *told)


@pytest.mark.slow
def test_ollama_behind_a_password_is_asked_with_it_and_shown_without(program: Program) -> None:
    dialect = OllamaDialect()
    with ollama_server(dialect) as served:
        program.environment["OLLAMA_HOST"] = (
            f"http://ana:{QUOTED}@127.0.0.1:{served.port}, http://127.0.0.1:{served.port}"
        )
        file = program.file(small(models="{m: {provider: ollama, model: small, context: 4096}}"))
        said = program("run", file, "--yes")
        assert said.code == 0, said.err
        assert {call.headers.get("authorization") for call in served.received} == {f"Basic {LOGIN}", None}
        told = everything(program, file)
        dialect.pull_error = f"unauthorized: {PASSWORD} {LOGIN}"
        lacking = program.file(small(models="{m: {provider: ollama, model: another, context: 4096}}"))
        told.append(program("run", lacking, "--yes"))
        assert told[-1].code == 2
    away = program("run", file, "--yes", "--retry-failed")
    assert_unseen(program, said, away, *told, program("models", "check", "--json"))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OLLAMA_HOST", f"http://ana:{PASSWORD}@127.0.0.1:1"),
        ("OLLAMA_HOST", f"http://ana:Zq81,{QUOTED}@127.0.0.1:1"),
        ("OLLAMA_HOST", KEY + ":" + KEY),
        ("OPENAI_BASE_URL", KEY),
        ("OPENAI_BASE_URL", f"http://ana:{PASSWORD}@127.0.0.1:1"),
        ("OPENAI_BASE_URL", f"ana:{PASSWORD}@127.0.0.1:1"),
        ("HTTP_PROXY", f"gopher://ana:{QUOTED}@127.0.0.1:1"),
        ("HTTP_PROXY", f"http://ana:{PASSWORD}@127.0.0.1:1"),
        ("HTTP_PROXY", f"ana:{KEY}"),
    ],
)
def test_an_address_that_cannot_be_read_is_not_repeated(program: Program, variable: str, value: str) -> None:
    program.environment.update({"OPENAI_BASE_URL": "http://models.example/v1", "OLLAMA_HOST": "http://models.example"})
    program.environment[variable] = value
    entry = "openai, model: x" if variable != "OLLAMA_HOST" else "ollama, model: x, context: 64"
    file = program.file(small(models=f"{{m: {{provider: {entry}}}}}"))
    told = [
        program(*command)
        for command in (
            ("run", file, "--yes"),
            ("doctor", file),
            ("models", "check", file, "--json"),
            ("models", "check"),
        )
    ]
    assert {said.code for said in told[:3]} == {2}
    assert_unseen(program, *told)


PROXIED = "http://models.example:80/v1"


class Proxy(OpenAIDialect):
    """A proxy that answers itself."""

    def __init__(self) -> None:
        super().__init__(chat="http://models.example/v1/chat/completions")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "words"),
    [(407, "refuses user or password (status 407)"), (403, "does not let calls to http://models.example/v1 through")],
)
def test_a_proxy_that_refuses_is_named_with_its_status_and_without_its_password(
    program: Program, status: int, words: str
) -> None:
    dialect = Proxy()
    with openai_server(dialect) as served:
        program.environment.update(
            {
                "HTTP_PROXY": f"http://ana:{QUOTED}@127.0.0.1:{served.port}",
                "OPENAI_BASE_URL": "http://models.example/v1",
            }
        )
        file = program.file(small(models=OWN))
        good = program("run", file, "--yes")
        assert good.code == 0, good.err
        assert {call.headers["proxy-authorization"] for call in served.chats} == {f"Basic {LOGIN}"}
        dialect.override = Response(status, f"<html>{PASSWORD} {LOGIN}</html>".encode(), {"content-type": "text/html"})
        bad = program("run", program.file(small(title="Bad", models=OWN)), "--yes")
        assert bad.code in {1, 2}
        assert f"the proxy http://127.0.0.1:{served.port}" in bad.out + bad.err
        assert words in bad.out + bad.err
        told = everything(program, file)
    dead = program("run", file, "--yes", "--retry-failed"), program("models", "check", file, "--json")
    assert f"the proxy http://127.0.0.1:{served.port} on the way" in dead[1].json[0]["problem"]
    assert_unseen(program, good, bad, *told, *dead)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("url", "words"),
    [
        (f"mongodb://ana:{PASSWORD}@127.0.0.1:1/lab", "percent-encoded"),
        (f"mongodb://ana:{QUOTED}@127.0.0.1:1/lab?ssl=true&tls=false", "ssl and tls"),
        (f"mongodb+srv://ana:{QUOTED}@lab.example:27017/lab", "port number"),
        (f"mongodb://ana:{QUOTED}@127.0.0.1:1/lab?authMechanismProperties={KEY}", "auth mechanism properties"),
        (f"mongodb://ana:{QUOTED}@127.0.0.1:1/lab?tlsCAFile=/nope.pem&tlsCertificateKeyFilePassword={KEY}", "nope.pem"),
        (f"mongodb://ana:{QUOTED}@127.0.0.1:1/lab?serverSelectionTimeoutMS=50", "is not reachable"),
        (f"postgres://ana:{QUOTED}@127.0.0.1:1/lab", "postgres://127.0.0.1:1/lab"),
        (f"ana:{QUOTED}@127.0.0.1:1/lab", "is no store"),
        (KEY, "is no store"),
    ],
)
def test_a_store_that_does_not_open_says_the_very_fault_and_no_secret(program: Program, url: str, words: str) -> None:
    file = program.file(small())
    commands = (("run", file, "--yes"), ("doctor",), ("list", "runs", "--json"), ("status",), ("show", "aa"))
    told = [program(*command, "--store", url) for command in commands]
    assert {said.code for said in told} == {2}
    assert all(words.lower() in (said.out + said.err).lower() for said in told), told
    program.environment["SOCIARIUM_STORE"] = url
    told.append(program("doctor", "--json"))
    if "@" in url:
        told += [
            program("import", url),
            program("show", url, "--store", "sqlite:///x.db"),
            program("list", "runs", url),
        ]
    assert_unseen(program, *told)


@pytest.mark.slow
def test_a_database_that_refuses_the_password_is_told_without_it(program: Program) -> None:
    def answer(_name: str, _command: Command) -> Command:
        return refused(18, f"Authentication failed for mongodb://ana:{QUOTED}@127.0.0.1")

    with serving(answer) as address:
        host, port = address.split(":")
        program.environment.update({"DB_CLUSTER_URL": f"{host}:{port}", "DB_USER": "ana", "DB_PASSWORD": PASSWORD})
        told = [program("doctor", "--json"), program("run", program.file(small()), "--yes")]
        assert f"mongodb://{address}/sociarium refuses user or password" in told[0].out
    assert_unseen(program, *told)
    assert not list(Path(program.folder).rglob("*.db"))


@pytest.mark.parametrize("command", [("export",), ("analyze",), ("hypotheses", "export"), ("view",)])
def test_an_address_as_the_folder_to_write_into_is_refused_and_not_repeated(
    program: Program, command: tuple[str, ...]
) -> None:
    option = "--export" if command == ("view",) else "--out"
    for address in (f"s3://{KEY}:{PASSWORD}@bucket/wing", f"https://ana:{QUOTED}@127.0.0.1/dav"):
        said = program(*command, "Small", option, address)
        assert (said.code, said.out) == (2, "")
        assert "this is an address; write a folder of this machine" in said.err
        assert_unseen(program, said)
    assert not [path for path in program.folder.iterdir() if ":" in path.name]
