"""Connections to a server that answers byte for byte what a test wants."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme

from sociarium.errors import EndpointUnavailable, Misconfigured
from sociarium.providers import connections
from sociarium.providers.connections import Address, Answer, Connections, Dropped, ProxyFailed, Unreachable, Untrusted
from sociarium.providers.transport import Transport

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CLOSE = b""
"""In place of an answer, or of a piece of one: the server closes the connection."""


@dataclass
class Raw:
    """A server that answers each request with the next pieces.

    Attributes:
        heard: requests, each whole. accepted: connections that were made.
    """

    answers: list[Sequence[bytes]]
    heard: list[bytes] = field(default_factory=list)
    accepted: int = 0
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")), 0)
            self.heard.append(head + await reader.readexactly(length))
            for piece in self.answers.pop(0):
                if piece == CLOSE:
                    writer.close()
                    await writer.wait_closed()
                    return
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01)


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(serve: Serve, **options: Any) -> AsyncIterator[int]:
    """The port of a server under way; what it still does at the end is ended, too."""
    tasks: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            await serve(reader, writer)
        writer.transport.abort()

    async with await asyncio.start_server(one, "127.0.0.1", 0, **options) as server:
        yield server.sockets[0].getsockname()[1]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)


@asynccontextmanager
async def raw(*answers: bytes | Sequence[bytes], **options: Any) -> AsyncIterator[Raw]:
    """A server under way."""
    served = Raw([[answer] if isinstance(answer, bytes) else answer for answer in answers])
    async with listening(served.serve, **options) as served.port:
        yield served


def to(served: Raw, path: str = "/v1", **headers: str) -> Connections:
    return Connections(Address.of(f"http://127.0.0.1:{served.port}{path}"), headers)


def asked(*answers: bytes | Sequence[bytes], times: int = 1, seconds: float = 5) -> tuple[list[Answer], Raw]:
    """What comes back when a server that answers so is asked, one time after another."""

    async def ask() -> tuple[list[Answer], Raw]:
        async with raw(*answers) as served:
            found = to(served)
            try:
                return [await found.ask("POST", "chat", b"{}", seconds=seconds) for _ in range(times)], served
            finally:
                await found.aclose()

    return asyncio.run(ask())


def test_a_request_is_whole_and_names_its_server() -> None:
    async def ask() -> bytes:
        async with raw(OK) as served:
            found = to(served, "/a b/?key=1", Authorization="Bearer k")
            await found.ask("POST", "chat", b'{"x": 1}', seconds=5)
            await found.aclose()
            return served.heard[0].replace(str(served.port).encode(), b"PORT")

    head, _, body = asyncio.run(ask()).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    assert first == "POST /a%20b/chat?key=1 HTTP/1.1"
    assert {"Host: 127.0.0.1:PORT", "Authorization: Bearer k", "Content-Length: 8", "Accept-Encoding: identity"} <= set(
        lines
    )
    assert body == b'{"x": 1}'


def test_an_answer_comes_in_any_pieces() -> None:
    whole = b"HTTP/1.1 429 Slow\r\nRetry-After: 3\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 5\r\n\r\nlater"
    [answer], _ = asked([whole[at : at + 7] for at in range(0, len(whole), 7)])
    assert (answer.status, answer.body) == (429, b"later")
    assert (answer.headers["retry-after"], answer.headers["x-a"]) == ("3", "1, 2")


@pytest.mark.parametrize(
    ("pieces", "body"),
    [
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", b"2\r\nde\r\n0\r\n\r\n"], b"abcde"),
        ([b"HTTP/1.1 100 Continue\r\n\r\n", OK], b"ok"),
        ([b"HTTP/1.1 102 Processing\r\nX: 1\r\n\r\n" + OK], b"ok"),
        ([b"HTTP/1.1 204 No Content\r\n\r\n"], b""),
        ([b"HTTP/1.1 200 OK\r\n\r\nuntil ", b"the end", CLOSE], b"until the end"),
        ([b"HTTP/1.0 200 OK\r\n\r\nold", CLOSE], b"old"),
    ],
)
def test_an_answer_ends_where_it_says(pieces: list[bytes], body: bytes) -> None:
    [answer], _ = asked(pieces)
    assert answer.body == body
    assert "x" not in answer.headers


def test_a_connection_is_used_again() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    answers, served = asked(OK, chunked, OK, times=3)
    assert [answer.body for answer in answers] == [b"ok"] * 3
    assert served.accepted == 1


@pytest.mark.parametrize(
    "first",
    [
        [b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"],
        [b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"],
        [OK, CLOSE],
        [OK + b"and more"],
        [OK + OK],
        [OK + OK[:30]],
        [OK, b"unasked"],
    ],
)
def test_a_connection_that_ends_or_says_too_much_is_not_used_again(first: Sequence[bytes]) -> None:
    async def ask() -> int:
        async with raw(first, OK) as served:
            found = to(served)
            await found.ask("POST", "chat", seconds=5)
            await asyncio.sleep(0.05)  # what comes late is here
            assert (await found.ask("POST", "chat", seconds=5)).body == b"ok"
            await found.aclose()
            return served.accepted

    assert asyncio.run(ask()) == 2


def test_a_connection_that_was_idle_for_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_IDLE", 0.0)
    _, served = asked(OK, OK, times=2)
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
def test_an_answer_that_breaks_off_is_none(pieces: Sequence[bytes]) -> None:
    with pytest.raises(Dropped):
        asked(pieces)


def test_time_runs_out_and_the_connection_with_it() -> None:
    async def ask() -> None:
        async with raw([b"HTTP/1.1 200 OK\r\n"], OK) as served:
            found = to(served)
            with pytest.raises(TimeoutError):
                await found.ask("POST", "chat", seconds=0.1)
            assert found.open == 0
            assert (await found.ask("POST", "chat", seconds=5)).body == b"ok"
            await found.aclose()

    asyncio.run(ask())


def test_who_stops_waiting_takes_the_connection_along() -> None:
    async def ask() -> None:
        async with raw([b"HTTP/1.1 200 OK\r\n"], OK) as served:
            found = to(served)
            call = asyncio.create_task(found.ask("POST", "chat", seconds=5))
            while not served.heard:
                await asyncio.sleep(0.005)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert found.open == 0
            assert (await found.ask("POST", "chat", seconds=5)).body == b"ok"
            await found.aclose()

    asyncio.run(ask())


def test_calls_at_once_have_a_connection_each_and_their_own_answers() -> None:
    async def ask() -> tuple[list[bytes], int]:
        def answer(number: int) -> list[bytes]:
            return [b"HTTP/1.1 200 OK\r\n", b"Content-Length: 2\r\n\r\n%02d" % number]

        async with raw(*(answer(number) for number in range(20))) as served:
            found = to(served)
            answers = await asyncio.gather(*(found.ask("GET", "x", seconds=5) for _ in range(20)))
            await found.aclose()
            return sorted(one.body for one in answers), served.accepted

    bodies, accepted = asyncio.run(ask())
    assert bodies == [b"%02d" % number for number in range(20)]
    assert accepted == 20


def test_nobody_there_is_said_so() -> None:
    async def ask() -> None:
        async with raw() as served:
            port = served.port
        await Connections(Address.of(f"http://127.0.0.1:{port}"), {}).ask("GET", "x", seconds=5)

    with pytest.raises(Unreachable):
        asyncio.run(ask())


# Through a proxy, and over TLS.


def secured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, trusted: bool = True) -> ssl.SSLContext:
    """What a server of 127.0.0.1 needs; this process trusts it."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return context


async def fetched(found: Connections) -> Answer:
    try:
        return await found.ask("POST", "chat", b"{}", seconds=5)
    finally:
        await found.aclose()


def test_tls_is_spoken_and_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = secured(tmp_path, monkeypatch)

    async def ask() -> Answer:
        async with raw(OK, ssl=context) as served:
            return await fetched(Connections(Address.of(f"https://127.0.0.1:{served.port}"), {}))

    assert asyncio.run(ask()).body == b"ok"


def test_a_certificate_that_nobody_trusts_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = secured(tmp_path, monkeypatch, trusted=False)

    async def ask() -> None:
        async with raw(OK, ssl=context) as served:
            await fetched(Connections(Address.of(f"https://127.0.0.1:{served.port}"), {}))

    with pytest.raises(Untrusted):
        asyncio.run(ask())


def test_a_server_without_tls_is_not_spoken_to() -> None:
    async def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async def ask() -> None:
        async with listening(plain) as port:
            await fetched(Connections(Address.of(f"https://127.0.0.1:{port}"), {}))

    with pytest.raises((Untrusted, Unreachable)):
        asyncio.run(ask())


def test_a_proxy_passes_plain_requests_on() -> None:
    async def ask() -> bytes:
        async with raw(OK) as served:
            proxy = Address.of(f"http://ada:p%40ss@127.0.0.1:{served.port}")
            found = Connections(Address.of("http://models.example/v1"), {}, proxy=proxy)
            assert (await fetched(found)).body == b"ok"
            return served.heard[0]

    heard = asyncio.run(ask())
    assert heard.startswith(b"POST http://models.example/v1/chat HTTP/1.1\r\nHost: models.example\r\n")
    assert b"\r\nProxy-Authorization: Basic YWRhOnBAc3M=\r\n" in heard


@asynccontextmanager
async def tunnel(refusal: bytes = b"") -> AsyncIterator[tuple[int, list[bytes]]]:
    """A proxy that opens tunnels, or refuses to."""
    heard: list[bytes] = []

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
        sink.transport.abort()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        if refusal:
            writer.write(refusal)
            writer.close()
            await writer.wait_closed()
            return
        host, _, port = heard[0].split()[1].decode().rpartition(":")
        inside, outside = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(pump(reader, outside), pump(inside, writer))
        finally:
            outside.transport.abort()

    async with listening(serve) as port:
        yield port, heard


def test_tls_goes_through_a_proxy_unseen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = secured(tmp_path, monkeypatch)

    async def ask() -> None:
        async with raw(OK, OK, ssl=context) as served, tunnel() as (port, heard):
            proxy = Address.of(f"http://ada@127.0.0.1:{port}")
            found = Connections(Address.of(f"https://127.0.0.1:{served.port}/v1"), {"X-Key": "secret"}, proxy=proxy)
            for _ in range(2):
                assert (await found.ask("POST", "chat", b"{}", seconds=5)).body == b"ok"
            await found.aclose()
            assert served.heard[1].startswith(b"POST /v1/chat HTTP/1.1\r\n")
            assert b"X-Key: secret" in served.heard[1]
            [told] = heard
            assert told.startswith(f"CONNECT 127.0.0.1:{served.port} HTTP/1.1\r\n".encode())
            assert b"Proxy-Authorization: Basic YWRhOg==" in told
            assert b"secret" not in told

    asyncio.run(ask())


def test_a_proxy_that_refuses_is_no_way() -> None:
    async def ask() -> None:
        async with tunnel(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n") as (port, _):
            proxy = Address.of(f"http://127.0.0.1:{port}")
            await fetched(Connections(Address.of("https://models.example"), {}, proxy=proxy))

    with pytest.raises(ProxyFailed, match="407"):
        asyncio.run(ask())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", r"refuses user or password \(status 407\)"),
        (b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", r"does not let calls .* through \(status 403\)"),
        (b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n", r"does not reach .* \(status 502\)"),
        (b"no HTTP\r\n\r\n", "does not answer"),
    ],
)
def test_a_proxy_that_opens_no_tunnel_is_named_with_its_status_and_without_its_password(
    answer: bytes, words: str
) -> None:
    async def ask() -> str:
        async with tunnel(answer) as (port, _):
            found = Transport(
                "https://models.example", headers={}, away="", proxy=f"http://ana:planted@127.0.0.1:{port}"
            )
            with pytest.raises((Misconfigured, EndpointUnavailable), match=words) as caught:
                await found.post("chat", {}, seconds=5)
            assert f"the proxy http://127.0.0.1:{port}" in str(caught.value)
            await found.aclose()
            return str(caught.value)

    told = asyncio.run(ask())
    assert "https://models.example" in told
    assert "planted" not in told


# Addresses.


@pytest.mark.parametrize(
    ("url", "host", "authority", "target"),
    [
        ("http://box:8000/v1/", "box", "box:8000", "/v1/chat"),
        ("https://box", "box", "box", "/chat"),
        ("http://box:80", "box", "box", "/chat"),
        ("http://[::1]:11434", "::1", "[::1]:11434", "/chat"),
        ("https://büro.example/ä", "xn--bro-hoa.example", "xn--bro-hoa.example", "/%C3%A4/chat"),
        ("https://box/v1?version=2 b", "box", "box", "/v1/chat?version=2%20b"),
    ],
)
def test_addresses_are_read(url: str, host: str, authority: str, target: str) -> None:
    found = Address.of(url)
    assert (found.host, found.authority, found.target("chat")) == (host, authority, target)


@pytest.mark.parametrize(
    "url", ["", "box:80", "ftp://box", "http://", "http://box:99999", "http://box:x", "http://a b"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        Address.of(url)
    with pytest.raises(Misconfigured, match="is not the address of a server"):
        Transport(url, headers={}, away="away")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Transport("http://box", headers={"X": "a\r\nY: b"}, away=""), "the header X"),
        (lambda: Transport("http://box", headers={}, away="", proxy="socks5://box:1"), "is not the address of a proxy"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_is(make: Callable[[], Transport], words: str) -> None:
    with pytest.raises(Misconfigured, match=words):
        make()


def test_credentials_of_an_address_are_sent_unless_there_are_others() -> None:
    async def ask(**headers: str) -> bytes:
        async with raw(OK) as served:
            address = Address.of(f"http://ada:secret@127.0.0.1:{served.port}")
            await fetched(Connections(address, headers))
            return served.heard[0]

    assert b"\r\nAuthorization: Basic YWRhOnNlY3JldA==\r\n" in asyncio.run(ask())
    assert b"\r\nAuthorization: Bearer k\r\n" in asyncio.run(ask(Authorization="Bearer k"))
