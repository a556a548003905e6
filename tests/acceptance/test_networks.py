"""Behind proxies and an authority of one's own: lists, pulls and calls go the same way, or fail alike."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import trustme

from tests.servers.forwarder import over_tls
from tests.servers.ollama_server import OllamaDialect, ollama_server
from tests.servers.openai_server import openai_server
from tests.servers.proxies import Proxy, http_proxy, socks_proxy
from tests.servers.stand_in import StandIn
from tests.support.definitions import small
from tests.support.planted_secrets import PASSWORD, assert_unseen
from tests.support.program import Program, Said

MODELS = """{
  hosted: {provider: openai, model: stand-in, base_url: "HOSTED/v1"},
  local: {provider: ollama, model: small, context: 4096, hosts: ["LOCAL"]}}"""
BOTH = "{factors: {model: [hosted, local], messages: 4}}"


def experiment(program: Program, hosted: str, local: str) -> str:
    """A file that asks both servers; the second one is this machine's Ollama as well."""
    program.environment["OLLAMA_HOST"] = local
    models = MODELS.replace("HOSTED", hosted).replace("LOCAL", local)
    return program.file(small(models=models, sweep=BOTH))


def everything(program: Program, file: str) -> dict[str, Said]:
    """What lists, looks, pulls and calls come to."""
    return {
        "models": program("models", "--json"),
        "check": program("models", "check", file, "--json"),
        "pull": program("models", "pull", file),
        "run": program("run", file, "--yes"),
        "doctor": program("doctor", file),
    }


def assert_all_work(program: Program, file: str, hosted: StandIn, local: StandIn) -> list[Said]:
    """Everything reaches both servers; returns what was said."""
    said = everything(program, file)
    assert {name: one.code for name, one in said.items()} == {
        "models": 0, "check": 2, "pull": 0, "run": 0, "doctor": 0
    }, said  # fmt: skip
    assert said["models"].json[0]["problem"] == ""
    assert said["check"].json[0]["problem"] == ""
    checked = program("models", "check", file, "--json")
    assert [one["problem"] for one in checked.json] == ["", ""]
    assert len(hosted.chats) == len(local.chats) == 4
    paths = [call.path for call in local.received]
    assert {"/api/tags", "/api/pull", "/api/chat"} <= set(paths)
    return [*said.values(), checked, program("show", program("list", "runs", "--json").json[0]["run"], "--prompts")]


@pytest.mark.slow
@pytest.mark.parametrize("opened", [http_proxy, socks_proxy])
def test_lists_pulls_and_calls_go_through_a_proxy_with_a_password(
    program: Program, opened: Callable[[str, str], AbstractContextManager[Proxy]]
) -> None:
    with opened("ana", PASSWORD) as proxy, openai_server() as hosted, ollama_server(OllamaDialect()) as local:
        program.environment["HTTP_PROXY"] = proxy.url
        file = experiment(program, f"http://models.example:{hosted.port}", f"http://gpu.example:{local.port}")
        said = assert_all_work(program, file, hosted, local)
        assert {f"models.example:{hosted.port}", f"gpu.example:{local.port}"} == set(proxy.asked)
    assert_unseen(program, *said)


@pytest.mark.slow
@pytest.mark.parametrize("opened", [http_proxy, socks_proxy])
def test_servers_of_an_authority_of_ones_own_are_reached_through_a_proxy_with_a_password(
    program: Program, opened: Callable[[str, str], AbstractContextManager[Proxy]]
) -> None:
    authority = trustme.CA()
    ca = program.folder / "lab-ca.pem"
    authority.cert_pem.write_to_path(ca)
    with (
        opened("ana", PASSWORD) as proxy,
        openai_server() as hosted,
        ollama_server(OllamaDialect()) as local,
        over_tls(hosted.port, authority, "models.example") as far_hosted,
        over_tls(local.port, authority, "gpu.example") as far_local,
    ):
        program.environment.update(HTTPS_PROXY=proxy.url, SSL_CERT_FILE=str(ca))
        file = experiment(program, far_hosted, far_local)
        said = assert_all_work(program, file, hosted, local)
        assert set(proxy.asked) == {far_hosted.removeprefix("https://"), far_local.removeprefix("https://")}
    assert_unseen(program, *said)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("opened", "refusing", "words"),
    [
        (http_proxy, 403, "does not let calls to"),
        (http_proxy, 0, "refuses user or password (status 407)"),
        (socks_proxy, 0, "on the way to"),
    ],
)
def test_a_proxy_that_does_not_let_through_is_named_by_lists_and_calls_alike(
    program: Program, opened: Callable[[str, str], AbstractContextManager[Proxy]], refusing: int, words: str
) -> None:
    with opened("ana", "another") as proxy, openai_server() as hosted, ollama_server() as local:
        proxy.refusing = refusing
        url = proxy.url.replace("another", "Zq81planted")
        program.environment["HTTP_PROXY"] = url
        file = experiment(program, f"http://models.example:{hosted.port}", f"http://gpu.example:{local.port}")
        said = everything(program, file)
        shown = f"{proxy.scheme}://127.0.0.1:{proxy.port}"
        problems = [one["problem"] for name in ("models", "check") for one in said[name].json]
        assert len(problems) == 3
        for problem in (*problems, *(said[name].out + said[name].err for name in ("pull", "run", "doctor"))):
            assert shown in problem
            assert words in problem
        assert {name: one.code for name, one in said.items()} == dict.fromkeys(said, 2)
        assert not hosted.received
        assert not local.received
    gone = everything(program, file)
    for one in (*gone["models"].json, *gone["check"].json):
        assert f"the proxy {shown} on the way to" in one["problem"]
    assert {one.code for one in gone.values()} == {2}
    assert_unseen(program, *said.values(), *gone.values())


@pytest.mark.slow
def test_a_network_in_no_proxy_is_reached_directly_by_lists_pulls_and_calls(program: Program) -> None:
    with http_proxy("ana", PASSWORD) as proxy, openai_server() as hosted, ollama_server(OllamaDialect()) as local:
        program.environment["HTTP_PROXY"] = proxy.url
        # 0.0.0.0 is this machine, too, and not of the network that is never proxied; Ollama's is read as 127.0.0.1.
        file = experiment(program, f"http://0.0.0.0:{hosted.port}", f"http://0.0.0.0:{local.port}")
        program("models", "check", file)
        assert set(proxy.asked) == {f"0.0.0.0:{hosted.port}"}
        proxy.asked.clear()
        program.environment["NO_PROXY"] = "10.0.0.0/8, 0.0.0.0/8"
        said = assert_all_work(program, file, hosted, local)
        assert not proxy.asked
    assert_unseen(program, *said)


@pytest.mark.slow
def test_this_machine_is_reached_directly_with_and_without_its_network_in_no_proxy(program: Program) -> None:
    with http_proxy("ana", PASSWORD) as proxy, openai_server() as hosted, ollama_server(OllamaDialect()) as local:
        program.environment["HTTP_PROXY"] = proxy.url
        file = experiment(program, f"http://127.0.0.1:{hosted.port}", f"http://127.0.0.1:{local.port}")
        assert program("models", "--json").code == 0
        program.environment["NO_PROXY"] = "127.0.0.0/8"
        said = assert_all_work(program, file, hosted, local)
        assert not proxy.asked
    assert_unseen(program, *said)


@pytest.mark.slow
@pytest.mark.parametrize("where", ["environment", ".env"])
def test_an_authority_of_ones_own_is_trusted_by_lists_pulls_and_calls(program: Program, where: str) -> None:
    authority = trustme.CA()
    ca = program.folder / "lab-ca.pem"
    authority.cert_pem.write_to_path(ca)
    with (
        openai_server() as hosted,
        ollama_server(OllamaDialect()) as local,
        over_tls(hosted.port, authority) as far_hosted,
        over_tls(local.port, authority) as far_local,
    ):
        file = experiment(program, far_hosted, far_local)
        said = everything(program, file)
        assert {name: one.code for name, one in said.items()} == dict.fromkeys(said, 2)
        problems = [one["problem"] for one in (*said["models"].json, *said["check"].json)]
        for problem, address in zip(problems, (far_local, far_hosted, far_local), strict=True):
            assert f"the certificate of {address}" in problem
            assert "SSL_CERT_FILE" in problem
        assert all("SSL_CERT_FILE" in one.out + one.err for one in said.values())
        assert not hosted.received
        assert not local.received
        if where == "environment":
            program.environment["SSL_CERT_FILE"] = str(ca)
        else:
            (program.folder / ".env").write_text(f"SSL_CERT_FILE={ca}\n")
            (program.folder / ".env").chmod(0o600)
        assert_all_work(program, file, hosted, local)
        program.environment["SSL_CERT_FILE"] = "/nope.pem"
        nope = program("run", file, "--yes")
        assert nope.code == 2
        assert "SSL_CERT_FILE names /nope.pem, which cannot be read" in nope.err
