"""What only Ollama has: models that are fetched, digests, hosts."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest

from sociarium.config import Config
from sociarium.errors import EndpointUnavailable, Misconfigured, ModelError, Transient
from sociarium.experiment.models import ModelSpec
from sociarium.model_routes import RouteBuilder, ServingOptions
from sociarium.ports.model import Description
from sociarium.providers.ollama import DEFAULT, Host, Ollama, PullProgress, addresses
from sociarium.providers.ollama.options import body_of
from tests.servers.ollama_server import OllamaDialect, digest_of, ollama_server
from tests.servers.stand_in import StandIn
from tests.servers.wire import Request, Response, as_json
from tests.support.model_backends import asking


class Table:
    def __init__(self, server: StandIn, runner: asyncio.Runner) -> None:
        assert isinstance(server.dialect, OllamaDialect)
        self.server = server
        self.dialect = server.dialect
        self.runner = runner
        self.opened: list[Ollama] = []
        self.told: list[PullProgress] = []

    def model(self, host: Host | None = None, **settings: Any) -> Ollama:
        self.opened.append(Ollama(host or self.host(**settings)))
        return self.opened[-1]

    def host(self, **settings: Any) -> Host:
        return Host(self.server.url, **{"progress": self.told.append, **settings})

    def run(self, what: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(what)

    def failing(self, what: Coroutine[Any, Any, Any]) -> ModelError:
        with pytest.raises(ModelError) as caught:
            self.run(what)
        return caught.value

    def paths(self, path: str) -> int:
        return sum(request.path == path for request in self.server.received)


@pytest.fixture
def table() -> Iterator[Table]:
    with ollama_server() as server, asyncio.Runner() as runner:
        found = Table(server, runner)
        yield found
        for model in found.opened:
            runner.run(model.aclose())


# Pulling


def test_a_missing_model_is_pulled_once_for_all_who_wait(table: Table) -> None:
    host = table.host()
    one, two = table.model(host), table.model(host)
    table.dialect.pull_pause = 0.01

    async def everybody() -> list[Any]:
        return await asyncio.gather(*(model.ask(asking(model="small")) for model in [one, two] * 20))

    replies = table.run(everybody())
    assert {served.digest for served in replies} == {digest_of("small")}
    assert table.paths("/api/pull") == 1


def test_a_pull_tells_how_far_it_is(table: Table) -> None:
    table.run(table.model().ask(asking(model="small")))
    assert [step.completed for step in table.told if step.total] == [250, 500, 750, 1000, 1000, 1000]
    assert [step.done for step in table.told] == [False] * 6 + [True]
    assert {(step.address, step.model) for step in table.told} == {(table.server.url, "small")}


def test_where_pulling_is_forbidden_the_mend_is_told_and_nothing_is_fetched(table: Table) -> None:
    error = table.failing(table.model(pull=False).ask(asking(model="small")))
    assert isinstance(error, Misconfigured)
    assert "`ollama pull small`" in str(error)
    assert "`sociarium models pull entry`" in str(error)
    assert table.paths("/api/pull") == 0


def test_a_model_that_nobody_has_is_misconfigured(table: Table) -> None:
    error = table.failing(table.model().ask(asking(model="no-such")))
    assert isinstance(error, Misconfigured)
    assert "does not exist" in str(error)
    assert table.told[-1].done


def test_a_pull_that_breaks_off_is_transient_and_tried_again_by_the_next_ask(table: Table) -> None:
    model = table.model()
    table.dialect.pull_error = "max retries exceeded: unexpected EOF"
    assert type(table.failing(model.ask(asking(model="small")))) is Transient
    table.dialect.pull_error = ""
    assert table.run(model.ask(asking(model="small"))).reply.text


def test_a_disk_that_is_full_is_no_passing_fault(table: Table) -> None:
    table.dialect.pull_error = "write /models/blob: no space left on device"
    assert isinstance(table.failing(table.model().ask(asking(model="small"))), Misconfigured)


def test_who_stops_waiting_for_a_pull_does_not_stop_the_others(table: Table) -> None:
    model = table.model()
    table.dialect.pull_pause = 0.03

    async def two() -> Any:
        impatient = asyncio.create_task(model.ask(asking(model="small")))
        patient = asyncio.create_task(model.ask(asking(model="small")))
        async with asyncio.timeout(10):
            while not table.told:
                await asyncio.sleep(0.002)
        impatient.cancel()
        return await asyncio.gather(impatient, patient, return_exceptions=True)

    cancelled, served = table.run(two())
    assert isinstance(cancelled, asyncio.CancelledError)
    assert served.reply.text
    assert table.paths("/api/pull") == 1


def test_a_model_removed_meanwhile_is_fetched_again(table: Table) -> None:
    table.dialect.models["small:latest"] = "old"
    model = table.model()
    assert table.run(model.ask(asking(model="small"))).digest == "old"
    del table.dialect.models["small:latest"]
    assert table.run(model.ask(asking(model="small"))).digest == digest_of("small")


# Digests


def test_the_list_of_models_is_read_once_for_many_asks(table: Table) -> None:
    model = table.model()

    async def many() -> None:
        await asyncio.gather(*(model.ask(asking()) for _ in range(20)))

    table.run(many())
    assert table.paths("/api/tags") == 1


def test_a_model_that_changed_meanwhile_is_noticed(table: Table) -> None:
    model = table.model(fresh=0.0)
    before = table.run(model.ask(asking()))
    table.dialect.models["stand-in:latest"] = "changed"
    after = table.run(model.ask(asking()))
    assert (before.digest, after.digest) == (digest_of("stand-in"), "changed")


def test_a_server_that_was_away_is_not_taken_for_what_it_was(table: Table) -> None:
    model = table.model()
    table.run(model.ask(asking()))
    table.server.away()
    table.failing(model.ask(asking()))
    table.dialect.models["stand-in:latest"] = "changed"
    table.server.back()
    assert table.run(model.ask(asking())).digest == "changed"


def test_a_model_that_is_served_but_not_listed_has_no_digest(table: Table) -> None:
    table.dialect.any_model = True
    assert table.run(table.model(pull=False).ask(asking(model="cloud-model"))).digest is None


@pytest.mark.parametrize("name", ["stand-in", "stand-in:latest", "Stand-In"])
def test_a_name_is_found_as_ollama_finds_it(table: Table, name: str) -> None:
    table.dialect.any_model = True
    assert table.run(table.model(pull=False).ask(asking(model=name))).digest == digest_of("stand-in")


# Options and errors


def test_extra_goes_among_the_options() -> None:
    request = asking(options={"context": 100, "extra": {"num_gpu": 1}})
    assert body_of(request, keep_alive=-1)["options"] == {"num_ctx": 100, "num_gpu": 1}


@pytest.mark.parametrize("extra", [{"num_gpuu": 1}, {"num_ctx": 5}, {"stop": ["x"]}])
def test_an_extra_option_that_would_be_ignored_or_doubled_is_refused(extra: dict[str, Any]) -> None:
    with pytest.raises(Misconfigured, match=next(iter(extra))):
        body_of(asking(options={"context": 100, "extra": extra}), keep_alive="5m")


def test_keep_alive_goes_out_as_given(table: Table) -> None:
    table.opened.append(Ollama(table.host(), keep_alive=-1))
    table.run(table.opened[0].ask(asking()))
    assert table.server.chats[0].json["keep_alive"] == -1


def test_thinking_that_the_model_cannot_is_named(table: Table) -> None:
    table.dialect.thinkers.clear()
    error = table.failing(table.model().ask(asking(options={"thinking": True})))
    assert isinstance(error, Misconfigured)
    assert "`thinking`" in str(error)


def test_an_option_of_the_wrong_type_is_named_as_the_file_names_it(table: Table) -> None:
    error = table.failing(table.model().ask(asking(options={"max_tokens": 1.5})))
    assert isinstance(error, Misconfigured)
    assert "`max_tokens`" in str(error)


def test_too_little_memory_is_no_passing_fault(table: Table) -> None:
    words = "model requires more system memory (9.1 GiB) than is available (3.2 GiB)"
    table.dialect.override = as_json({"error": words}, 500)
    error = table.failing(table.model().ask(asking()))
    assert isinstance(error, Misconfigured)
    assert "9.1 GiB" in str(error)


def test_a_prompt_is_refused_rather_than_cut(table: Table) -> None:
    served = table.run(table.model().ask(asking("word " * 500, options={"context": 50})))
    assert served.reply.finish_reason == "overlong"


def test_an_absent_ollama_is_told_with_its_mend(table: Table) -> None:
    table.server.away()
    error = table.failing(table.model().ask(asking()))
    assert isinstance(error, EndpointUnavailable)
    assert str(error) == (
        f"Ollama is not reachable at {table.server.url}; start it with `ollama serve`, or name its address in "
        "OLLAMA_HOST"
    )


@pytest.mark.parametrize(
    "done", [{"done": False}, {"message": {"content": None}}, {"error": "llama runner process has terminated"}]
)
def test_half_a_reply_is_transient(table: Table, done: dict[str, Any]) -> None:
    whole = {"model": "stand-in", "message": {"content": "Hello"}, "done": True}
    table.dialect.override = as_json(whole | done)
    assert type(table.failing(table.model().ask(asking()))) is Transient


@pytest.mark.parametrize("status", [404, 405])
def test_an_address_that_takes_no_calls_is_told_as_one(table: Table, status: int) -> None:
    table.dialect.override = as_json({"error": "Method Not Allowed"}, status)
    error = table.failing(table.model().ask(asking()))
    assert type(error) is Misconfigured
    assert str(error).endswith("is this the address of an Ollama server?")


def test_a_description_tells_digest_version_and_capabilities(table: Table) -> None:
    about = table.run(table.model().describe("stand-in"))
    assert (about.digest, about.version) == (digest_of("stand-in"), "0.12.9")
    assert about.capabilities == ("completion", "thinking")


@pytest.mark.parametrize(
    ("model", "options", "is_told"),
    [("g:20b-cloud", {"context": 8192}, True), ("g:cloud", {"context": 8192}, True), ("g:20b-cloud", {}, False),
     ("cloud:7b", {"context": 8192}, False)],
)  # fmt: skip
def test_a_context_that_ollamas_cloud_does_not_take_is_told_before(
    table: Table, model: str, options: dict[str, Any], is_told: bool
) -> None:
    table.dialect.models[model] = digest_of(model)
    about = table.run(table.model().describe(model, options))
    assert (about.problem, any("takes no `context`" in hint for hint in about.hints)) == ("", is_told)


def test_describing_a_missing_model_does_not_fetch_it(table: Table) -> None:
    about = table.run(table.model().describe("small"))
    assert "`ollama pull small`" in about.problem
    assert table.paths("/api/pull") == 0


# Hosts


def test_a_shared_host_closes_with_the_last_who_uses_it(table: Table) -> None:
    host = table.host()
    first, second = table.model(host), table.model(host)
    table.run(second.ask(asking()))
    table.run(first.aclose())
    table.run(first.aclose())
    assert host.transport.is_open
    table.run(second.aclose())
    assert not host.transport.is_open


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, (DEFAULT,)),
        (" , ", (DEFAULT,)),
        ("box", ("http://box:11434",)),
        ("box:80, https://gpu/", ("http://box:80", "https://gpu:443")),
        ("http://box", ("http://box:80",)),
        (":9999", ("http://localhost:9999",)),
        ("0.0.0.0", ("http://127.0.0.1:11434",)),
        ("[::1]:5000", ("http://[::1]:5000",)),
        ("box,box:11434", ("http://box:11434",)),
        ("gpu:1/ollama/", ("http://gpu:1/ollama",)),
    ],
)
def test_addresses_are_read_as_ollama_reads_them(text: str | None, expected: tuple[str, ...]) -> None:
    assert addresses(text) == expected


@pytest.mark.parametrize(
    "text", ["ftp://box", "box:port", "my box", "http://me:plan/ted@box", "http://me:1,planted@box"]
)
def test_what_is_no_address_is_refused_without_showing_a_password(text: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        addresses(text)
    assert "planted" not in str(caught.value)


def test_an_error_that_comes_with_status_200_is_what_its_words_say(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "prompt too long; exceeded max context length by 14 tokens"
    monkeypatch.setattr(OllamaDialect, "refusal", lambda _self, _request: as_json({"error": words}, 200))
    assert table.run(table.model().ask(asking())).reply.finish_reason == "overlong"
    monkeypatch.setattr(OllamaDialect, "refusal", lambda _self, _request: as_json({"error": "unexpected EOF"}, 200))
    assert isinstance(table.failing(table.model().ask(asking())), Transient)


@pytest.mark.parametrize("page", [b"<html>404 Not Found</html>", b'{"detail": "Not Found"}'])
def test_another_server_at_the_address_is_told_by_its_status_and_not_by_its_words(page: bytes) -> None:
    class Other(OllamaDialect):
        async def other(self, request: Request) -> Response:
            return Response(404, page, {})

    with StandIn(Other()).serving() as served:
        described = asyncio.run(_describe(served.url))
    assert described.problem == (
        f"no Ollama at {served.url}: it answered 404; name the address of an Ollama server in OLLAMA_HOST or in `hosts`"
    )


class Withholding(OllamaDialect):
    """An Ollama of which some pages are answered otherwise."""

    pages: dict[str, Response]

    async def other(self, request: Request) -> Response:
        """By the test's page, if it has one."""
        return self.pages.get(request.path) or await super().other(request)


@pytest.mark.parametrize(
    ("pages", "hint"),
    [
        ({"/api/tags": as_json({"error": "no"}, 403)}, "refuses the key in OLLAMA_API_KEY: no; check it"),
        ({"/api/tags": Response(500, b"boom", {})}, "failed with status 500: boom; nothing is known"),
        (
            {page: as_json({"error": "chats alone"}, 403) for page in ("/api/tags", "/api/show", "/api/version")},
            "chats al",
        ),
        ({"/api/show": Response(404, b"", {})}, "nothing is known of a model there"),
        ({"/api/show": as_json({})}, "nothing is known of a model there"),
        ({"/api/tags": as_json({"models": [{"name": "stand-in"}, {"digest": "d"}, 7]})}, ""),
    ],
)
def test_where_a_list_or_a_card_is_kept_back_the_first_call_decides(pages: dict[str, Response], hint: str) -> None:
    dialect = Withholding()
    dialect.pages = pages
    with StandIn(dialect).serving() as served, asyncio.Runner() as runner:
        model = Ollama(served.url)
        described = runner.run(model.describe("stand-in"))
        assert described.problem == ""
        assert (hint in "".join(described.hints), bool(described.hints)) == (True, bool(hint))
        assert runner.run(model.ask(asking())).reply.text
        runner.run(model.aclose())


def test_a_list_that_was_there_and_is_gone_for_a_while_stops_no_call() -> None:
    dialect = Withholding()
    dialect.pages = {}
    with StandIn(dialect).serving() as served, asyncio.Runner() as runner:
        model = Ollama(Host(served.url, fresh=0.0))
        runner.run(model.ask(asking()))
        dialect.pages = {"/api/tags": Response(404, b"default backend - 404", {})}
        assert runner.run(model.ask(asking())).digest == digest_of("stand-in")
        runner.run(model.aclose())


def test_an_empty_list_is_one_and_what_is_no_list_is_no_ollama() -> None:
    dialect = Withholding()
    for page, words in ((as_json({"models": None}), "run `ollama pull x`"), (as_json([]), "the address of an Ollama")):
        dialect.pages = {"/api/tags": page}
        with StandIn(dialect).serving() as served:
            assert words in asyncio.run(_describe(served.url)).problem


async def _describe(url: str) -> Description:
    model = Ollama(url)
    try:
        return await model.describe("x")
    finally:
        await model.aclose()


# Schemas that a model does not take


@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_schema_that_a_model_does_not_take_is_put_into_words_from_then_on(table: Table, status: int) -> None:
    words = "failed to load model vocabulary required for format"
    table.dialect.refusing = lambda body: as_json({"error": words}, status) if "format" in body else None
    model = table.model()
    schema = {"type": "object", "properties": {"answer": {"type": "integer"}}, "required": ["answer"]}
    first, second, plain = (table.run(model.ask(asking(schema=one))) for one in (schema, schema, None))
    assert [bool(served.learned) for served in (first, second, plain)] == [True, False, False]
    assert [served.sent.get("form") for served in (first, second, plain)] == [{"schema": "in words"}] * 2 + [None]
    bodies = [call.json for call in table.server.chats]
    assert ["format" in body for body in bodies] == [True, False, False, False]
    assert ["JSON Schema" in body["messages"][0]["content"] for body in bodies] == [False, True, True, False]


def test_where_words_are_refused_too_nothing_is_learned(table: Table) -> None:
    table.dialect.refusing = lambda _body: as_json({"error": "failed to parse grammar"}, 500)
    assert type(table.failing(table.model().ask(asking(schema={"type": "object"})))) is Transient
    assert len(table.server.chats) == 2


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ({}, ["http://usual:11434"]),
        ({"hosts": ("one", "two:1")}, ["http://one:11434", "http://two:1"]),
        ({"base_url": "http://lab:8000"}, ["http://lab:8000"]),
        ({"base_url": "http://lab:8000/v1/"}, ["http://lab:8000"]),
        ({"base_url": "http://lab:8000", "hosts": ("one",)}, ["http://one:11434"]),
    ],
)
def test_a_model_is_asked_where_its_entry_says(written: dict[str, Any], asked: list[str]) -> None:
    spec = ModelSpec(provider="ollama", model="small", context=8192, **written)
    builder = RouteBuilder(ServingOptions(Config({"OLLAMA_HOST": "usual"})))
    assert [route.endpoint for route in builder.routes({"m": spec})["m"]] == asked


def test_a_bare_413_is_a_prompt_that_does_not_fit(table: Table) -> None:
    table.dialect.override = Response(413, b"")
    assert table.run(table.model().ask(asking())).reply.finish_reason == "overlong"
