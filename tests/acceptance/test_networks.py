"""Behind proxies and an authority of one's own: lists, pulls and calls go the same way, or fail alike."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
import trustme

from tests.servers.forwarder import Forwarder
from tests.servers.ollama_server import OllamaDialect, ollama_server
from tests.servers.openai_server import openai_server
from tests.servers.proxies import Proxy, http_proxy, socks_proxy
from tests.support.definitions import small
from tests.support.planted_secrets import PASSWORD, assert_unseen
from tests.support.program import Program, Said

MODELS = """{
  hosted: {provider: openai, model: stand-in, base_url: "HOSTED/v1"},
  local: {provider: ollama, model: small, context: 4096, hosts: ["LOCAL"]}}"""
BOTH = "{factors: {model: [hosted, local], messages: 4}}"


def experiment(program: Program, hosted: str, local: str) -> str:
    models = MODELS.replace("HOSTED", hosted).replace("LOCAL", local)
    return program.file(small(models=models, sweep=BOTH))


def looked_at(program: Program, file: str) -> list[Said]:
    """What lists, pulls and calls come to."""
    return [
        program("models", "check", file, "--json"),
        program("models", "pull", file),
        program("run", file, "--yes"),
        program("models", "check", file, "--json"),
        program("doctor", file),
        program("show", program("list", "runs", "--json").json[0]["run"], "--prompts"),
    ]


@pytest.mark.parametrize("opened", [http_proxy, socks_proxy])
def test_lists_pulls_and_calls_go_through_a_proxy_with_a_password(
    program: Program, opened: Callable[[str, str], AbstractContextManager[Proxy]]
) -> None:
    with opened("ana", PASSWORD) as proxy, openai_server() as hosted, ollama_server(OllamaDialect()) as local:
        program.environment["HTTP_PROXY"] = proxy.url
        file = experiment(program, f"http://models.example:{hosted.port}", f"http://gpu.example:{local.port}")
        told = looked_at(program, file)
        assert told[2].code == 0, told[2].err
        assert [one["problem"] for one in told[3].json] == ["", ""]
        assert {f"models.example:{hosted.port}", f"gpu.example:{local.port}"} == set(proxy.asked)
        assert len(hosted.chats) == len(local.chats) == 4
        assert any(call.path == "/api/pull" for call in local.received)
    assert_unseen(program, *told)


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
        told = [program("models", "check", file, "--json"), program("run", file, "--yes"), program("doctor", file)]
        shown = f"{proxy.scheme}://127.0.0.1:{proxy.port}"
        for one in told[0].json:
            assert shown in one["problem"], one
            assert words in one["problem"]
        assert {said.code for said in told} == {2}
        assert not hosted.received
        assert not local.received
    told.append(program("models", "check", file, "--json"))
    for one in told[-1].json:
        assert f"the proxy {shown} on the way to" in one["problem"]
    assert_unseen(program, *told)


def test_a_network_in_no_proxy_is_reached_directly(program: Program) -> None:
    with http_proxy() as proxy, openai_server() as hosted, ollama_server(OllamaDialect()) as local:
        program.environment["HTTP_PROXY"] = proxy.url
        # 0.0.0.0 is this machine, too, and not of the network that is never proxied.
        file = program.file(
            small(models=f'{{m: {{provider: openai, model: stand-in, base_url: "http://0.0.0.0:{hosted.port}/v1"}}}}')
        )
        assert program("models", "check", file).code == 0
        assert proxy.asked == [f"0.0.0.0:{hosted.port}"]
        program.environment["NO_PROXY"] = "10.0.0.0/8, 0.0.0.0/8"
        assert program("models", "check", file).code == 0
        assert program("run", file, "--yes").code == 0
        assert len(proxy.asked) == 1
        assert len(hosted.chats) == 4
        assert not local.received


@contextmanager
def over_tls(port: int, authority: trustme.CA) -> Iterator[str]:
    """The address of a server over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Forwarder("127.0.0.1", port, tls=context) as forwarder:
        yield f"https://127.0.0.1:{forwarder.port}"


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
        told = [program("models", "check", file, "--json"), program("run", file, "--yes"), program("doctor", file)]
        assert {said.code for said in told} == {2}
        for one, address in zip(told[0].json, (f"{far_hosted}/v1", far_local), strict=True):
            assert f"the certificate of {address.removesuffix('/v1')}" in one["problem"]
            assert "SSL_CERT_FILE" in one["problem"]
        assert "SSL_CERT_FILE" in told[1].err
        assert not hosted.received
        assert not local.received
        if where == "environment":
            program.environment["SSL_CERT_FILE"] = str(ca)
        else:
            (program.folder / ".env").write_text(f"SSL_CERT_FILE={ca}\n")
            (program.folder / ".env").chmod(0o600)
        told = looked_at(program, file)
        assert [said.code for said in told[2:5]] == [0, 0, 0], told
        assert len(hosted.chats) == len(local.chats) == 4
        program.environment["SSL_CERT_FILE"] = "/nope.pem"
        nope = program("run", file, "--yes")
        assert nope.code == 2
        assert "SSL_CERT_FILE names /nope.pem, which cannot be read" in nope.err
