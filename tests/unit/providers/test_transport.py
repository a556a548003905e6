"""The transport, against servers that answer byte for byte what a test wants."""

from __future__ import annotations

import asyncio
import gzip
import json
import ssl
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import trustme

from sociarium.errors import EndpointUnavailable, Misconfigured, ModelError, Transient
from sociarium.experiment.address import public_address
from sociarium.providers import network, transport
from sociarium.providers.network import Network, server_at
from sociarium.providers.transport import HttpResponse, Transport
from tests.support.byte_server import CLOSE, OK, Raw, listening, raw


def to(served: Raw, path: str = "/v1", *, login: str = "", **headers: str) -> Transport:
    return Transport(f"http://{login}127.0.0.1:{served.port}{path}", headers=headers, away="nobody there")


async def asked(
    *answers: bytes | Sequence[bytes], times: int = 1, seconds: float = 5
) -> tuple[list[HttpResponse], Raw]:
    """What comes back when a server that answers so is asked, one time after another."""

    async with raw(*answers) as served:
        found = to(served)
        try:
            return [await found.post("chat", {}, seconds=seconds) for _ in range(times)], served
        finally:
            await found.aclose()


async def test_a_request_is_whole_and_names_its_server() -> None:
    async def ask() -> bytes:
        async with raw(OK) as served:
            found = to(served, "/a b/?key=1", Authorization="Bearer k")
            await found.post("chat", {"x": 1}, seconds=5)
            await found.aclose()
            return served.heard[0].replace(str(served.port).encode(), b"PORT")

    head, _, body = (await ask()).partition(b"\r\n\r\n")
    first, *lines = head.decode().lower().split("\r\n")
    assert first == "post /a%20b/chat?key=1 http/1.1"
    assert {"host: 127.0.0.1:port", "authorization: bearer k", "content-length: 7", "user-agent: sociarium"} <= set(
        lines
    )
    assert "content-type: application/json" in lines
    assert body == b'{"x":1}'


@pytest.mark.parametrize("text", ["Größe 🦊", "\ud83d"], ids=["letters", "half a pair"])
async def test_every_text_can_be_sent(text: str) -> None:
    async with raw(OK) as served:
        found = to(served)
        await found.post("chat", {"x": text, "y": [1.5, None, True]}, seconds=5)
        await found.aclose()
        body = served.heard[0].partition(b"\r\n\r\n")[2]
    assert json.loads(body) == {"x": text, "y": [1.5, None, True]}


async def test_an_answer_comes_in_any_pieces() -> None:
    whole = b"HTTP/1.1 429 Slow\r\nRetry-After: 3\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 5\r\n\r\nlater"
    [answer], _ = await asked([whole[at : at + 7] for at in range(0, len(whole), 7)])
    assert (answer.status, answer.body) == (429, b"later")
    assert (answer.headers["retry-after"], answer.headers["x-a"]) == ("3", "1, 2")


@pytest.mark.parametrize(
    ("pieces", "body"),
    [
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", b"2\r\nde\r\n0\r\n\r\n"], b"abcde"),
        ([b"HTTP/1.1 100 Continue\r\n\r\n", OK], b"ok"),
        ([b"HTTP/1.1 204 No Content\r\n\r\n"], b""),
        ([b"HTTP/1.1 200 OK\r\n\r\nuntil ", b"the end", CLOSE], b"until the end"),
        ([b"HTTP/1.0 200 OK\r\n\r\nold", CLOSE], b"old"),
    ],
)
async def test_an_answer_ends_where_it_says(pieces: list[bytes], body: bytes) -> None:
    [answer], _ = await asked(pieces)
    assert answer.body == body


async def test_a_packed_answer_is_unpacked() -> None:
    packed = gzip.compress(b"Good morning.")
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    [answer], _ = await asked(head + packed)
    assert answer.body == b"Good morning."


async def test_a_body_without_an_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_BYTES", 2**20)
    packed = gzip.compress(b"x" * (2**20 + 1))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with pytest.raises(Transient, match="more than 1 MiB"):
        await asked(head + packed)
    fits = gzip.compress(b"x" * 2**20)
    [answer], _ = await asked(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(fits) + fits
    )
    assert len(answer.body) == 2**20


async def test_a_redirect_is_an_answer() -> None:
    [answer], served = await asked(b"HTTP/1.1 307 There\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
    assert answer.status == 307
    assert len(served.heard) == 1


async def test_a_connection_is_used_again() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    answers, served = await asked(OK, chunked, OK, times=3)
    assert [answer.body for answer in answers] == [b"ok"] * 3
    assert served.accepted == 1


@pytest.mark.parametrize(
    "first",
    [
        [b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"],
        [b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"],
        [OK, CLOSE],
        [OK, b"unasked"],
    ],
)
async def test_a_connection_that_ends_or_says_too_much_is_not_used_again(first: Sequence[bytes]) -> None:
    async def ask() -> int:
        async with raw(first, OK) as served:
            found = to(served)
            await found.post("chat", {}, seconds=5)
            await asyncio.sleep(0.05)  # what comes late is here
            assert (await found.post("chat", {}, seconds=5)).body == b"ok"
            await found.aclose()
            return served.accepted

    assert await ask() == 2


async def test_a_connection_that_was_idle_for_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_IDLE", timedelta(microseconds=1))
    _, served = await asked(OK, OK, times=2)
    assert served.accepted == 2


@pytest.mark.parametrize(
    "pieces",
    [
        [CLOSE],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", CLOSE],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab", CLOSE],
        [b"HTTP/1.1 200 OK\r\nContent-", CLOSE],
        [b"SSH-2.0-OpenSSH_9.2\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ],
)
async def test_an_answer_that_breaks_off_is_none(pieces: Sequence[bytes]) -> None:
    with pytest.raises(Transient, match="dropped the connection"):
        await asked(pieces)


@pytest.mark.parametrize("pieces", [[b"HTTP/1.1 200 OK\r\n"], [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"]])
async def test_time_runs_out_and_the_next_call_is_answered(pieces: list[bytes]) -> None:
    async with raw(pieces, OK) as served:
        found = to(served)
        with pytest.raises(Transient, match=r"did not answer within 0.1 s"):
            await found.post("chat", {}, seconds=0.1)
        assert (await found.post("chat", {}, seconds=5)).body == b"ok"
        await found.aclose()


async def test_who_stops_waiting_leaves_the_next_call_alone() -> None:
    async with raw([b"HTTP/1.1 200 OK\r\n"], OK) as served:
        found = to(served)
        call = asyncio.create_task(found.post("chat", {}, seconds=5))
        while not served.heard:
            await asyncio.sleep(0.005)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (await found.post("chat", {}, seconds=5)).body == b"ok"
        await found.aclose()


async def test_calls_at_once_have_a_connection_each_and_their_own_answers() -> None:
    def answer(number: int) -> list[bytes]:
        return [b"HTTP/1.1 200 OK\r\n", b"Content-Length: 2\r\n\r\n%02d" % number]

    async with raw(*(answer(number) for number in range(20))) as served:
        found = to(served)
        answers = await asyncio.gather(*(found.get("x", seconds=5) for _ in range(20)))
        await found.aclose()
        bodies, accepted = sorted(one.body for one in answers), served.accepted
    assert bodies == [b"%02d" % number for number in range(20)]
    assert accepted == 20


def test_it_is_used_from_one_loop_after_another_and_opens_again_when_closed() -> None:
    found = Transport("http://127.0.0.1:1", headers={}, away="away")

    async def ask() -> bytes:
        async with raw(OK) as served:
            found.route.server = server_at(f"http://127.0.0.1:{served.port}")
            return (await found.get("x", seconds=5)).body

    # Loops that begin and end are what is tested.
    assert [asyncio.run(ask()), asyncio.run(ask())] == [b"ok", b"ok"]
    asyncio.run(found.aclose())
    assert not found.is_open
    assert asyncio.run(ask()) == b"ok"


async def test_nobody_there_is_said_so() -> None:
    async def ask() -> None:
        async with raw() as served:
            found = to(served)
        await found.get("x", seconds=5)

    with pytest.raises(EndpointUnavailable, match="nobody there"):
        await ask()


def test_a_name_that_nobody_knows_is_an_absence() -> None:
    # A label of more than 63 letters is none: it is refused before any name server is asked.
    transport = Transport(f"http://localhost-{'a' * 64}.invalid", headers={}, network=Network(), away="nobody there")
    with pytest.raises(EndpointUnavailable):
        asyncio.run(transport.get("x", seconds=5))


# Over TLS.


def secured(tmp_path: Path, *names: str) -> tuple[ssl.SSLContext, Network]:
    """What a server needs, and what trusts it."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*(names or ("127.0.0.1",))).configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return context, Network(certificates=str(tmp_path / "ca.pem"))


async def over_tls(context: ssl.SSLContext, trusting: Network) -> HttpResponse:
    async with raw(OK, ssl=context) as served:
        found = Transport(f"https://127.0.0.1:{served.port}", headers={}, away="away", network=trusting)
        try:
            return await found.post("chat", {}, seconds=5)
        finally:
            await found.aclose()


async def test_tls_is_spoken_and_trusted(tmp_path: Path) -> None:
    assert (await over_tls(*secured(tmp_path))).body == b"ok"


async def test_a_certificate_that_nobody_trusts_is_said(tmp_path: Path) -> None:
    context, _ = secured(tmp_path)
    with pytest.raises(Misconfigured, match=r"the certificate of https://127.0.0.1:\d+ is not trusted.*SSL_CERT_FILE"):
        await over_tls(context, Network())


async def test_a_certificate_of_somebody_else_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"the certificate of .*elsewhere\.example"):
        await over_tls(*secured(tmp_path, "elsewhere.example"))


@pytest.mark.parametrize(("content", "words"), [(None, "cannot be read"), (b"junk", "holds no certificates")])
def test_a_file_of_certificates_that_is_none_is_said(tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "nope.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Misconfigured, match=f"SSL_CERT_FILE names .*nope.pem, which {words}"):
        Transport("https://box", headers={}, away="", network=Network(certificates=str(file)))


async def test_a_server_without_tls_is_said() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async def ask() -> None:
        async with listening(plain) as port:
            found = Transport(f"https://127.0.0.1:{port}", headers={}, away="away")
            await found.post("chat", {}, seconds=5)

    with pytest.raises((Misconfigured, EndpointUnavailable)):
        await ask()


# Addresses.


@pytest.mark.parametrize(
    ("url", "host", "base", "target"),
    [
        ("http://box:8000/v1/", "box", "http://box:8000/v1", "http://box:8000/v1/chat"),
        ("https://box", "box", "https://box", "https://box/chat"),
        ("http://box:80", "box", "http://box", "http://box/chat"),
        ("http://[::1]:11434", "::1", "http://[::1]:11434", "http://[::1]:11434/chat"),
        ("https://box/v1?version=2", "box", "https://box/v1", "https://box/v1/chat?version=2"),
        ("https://ana:pw@box/v1", "box", "https://box/v1", "https://box/v1/chat"),
    ],
)
def test_an_address_gives_the_host_the_shown_base_and_the_url_of_a_call(
    url: str, host: str, base: str, target: str
) -> None:
    found = server_at(url)
    assert (found.host, found.base, found.url("chat")) == (host, base, target)


@pytest.mark.parametrize(
    "url",
    ["", "box:80", "ftp://box", "http://", "http://box:99999", "http://box:x", "http://a b", "http://a:b/c@box"],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured, match="is not the address of a server"):
        Transport(url, headers={}, away="away")


def test_a_header_that_cannot_be_sent_is_refused_before_anything_is() -> None:
    with pytest.raises(Misconfigured, match="the header X"):
        Transport("http://box", headers={"X": "a\r\nY: b"}, away="")


async def test_credentials_of_an_address_are_sent_unless_there_are_others() -> None:
    async def ask(**headers: str) -> bytes:
        async with raw(OK) as served:
            found = to(served, login="ada:secret@", **headers)
            await found.get("x", seconds=5)
            await found.aclose()
            return served.heard[0].lower()

    assert b"\r\nauthorization: basic ywrhonnly3jldA==\r\n".lower() in await ask()
    assert b"\r\nauthorization: bearer k\r\n" in await ask(Authorization="Bearer k")


# Through a proxy.


@pytest.mark.parametrize(
    ("url", "no_proxy", "proxied"),
    [
        ("https://api.openai.com/v1", "lab.example, other", True),
        ("https://lab.example", "lab.example, other", False),
        ("https://gpu.lab.example:8000", ".Lab.Example", False),
        ("https://gpu.lab.example:8000", "*.lab.example", False),
        ("https://GPU.lab.example", "gpu.LAB.example", False),
        ("https://mylab.example", "lab.example", True),
        ("https://10.1.2.3:8000", "10.0.0.0/8", False),
        ("https://11.1.2.3:8000", "10.0.0.0/8", True),
        ("https://[fd00::7]:8000", "fd00::/8", False),
        ("https://box:8000", "box:8000", False),
        ("https://box:8001", "box:8000", True),
        ("https://box", "box:443", False),
        ("https://box", "*", False),
        ("https://box", "a b box", False),
        ("http://127.0.0.1:8000", "", False),
        ("http://[::1]:8000", "", False),
        ("http://localhost:8000", "", False),
        ("http://outside.example", "", True),
    ],
)
def test_a_proxy_is_for_what_lies_beyond(url: str, no_proxy: str, proxied: bool) -> None:
    reached = Network("proxy:2", "http://proxy:1", no_proxy)
    expected = ("http://proxy:1" if url.startswith("https") else "http://proxy:2") if proxied else ""
    assert reached.proxy_for(url) == expected


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", r"refuses user or password \(status 407\)"),
        (b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", r"does not let calls .* through \(status 403\)"),
        (b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n", r"does not reach .* \(status 502\)"),
        (b"no HTTP\r\n\r\n", "does not answer"),
    ],
)
async def test_a_proxy_that_opens_no_tunnel_is_named_with_its_status_and_without_its_password(
    answer: bytes, words: str
) -> None:
    async with raw(answer, answer) as served:
        proxies = Network(https_proxy=f"http://ana:planted@127.0.0.1:{served.port}")
        found = Transport("https://models.example", headers={}, away="", network=proxies)
        with pytest.raises(ModelError, match=words) as caught:
            await found.post("chat", {}, seconds=5)
        assert f"the proxy http://127.0.0.1:{served.port}" in str(caught.value)
        await found.aclose()
        told = str(caught.value)
    assert "https://models.example" in told
    assert "planted" not in told


def test_an_address_that_is_no_proxy_is_refused_without_its_password() -> None:
    with pytest.raises(Misconfigured, match="'gopher://box:1' is not the address of a proxy"):
        Transport("http://models.example", headers={}, away="", network=Network("gopher://ana:planted@box:1"))


def test_a_server_is_shown_as_its_public_address_and_asked_at_its_full_one() -> None:
    transport = Transport("http://box/x;key=PLANTED/v1/", headers={}, away="away")
    assert transport.address == public_address("http://box/x;key=PLANTED/v1/") == "http://box/x"
    assert transport.route.server.url("models") == "http://box/x;key=PLANTED/v1/models"


def test_an_address_with_a_fragment_is_refused_without_it() -> None:
    with pytest.raises(Misconfigured, match="after `#`") as caught:
        Transport("http://box/v1#key=PLANTED", headers={}, away="away")
    assert "PLANTED" not in str(caught.value)
