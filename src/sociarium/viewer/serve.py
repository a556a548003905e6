"""The server of the pages: an address, a port, and a quiet end."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

import uvicorn

from sociarium.errors import SetupError
from sociarium.records.runs import Worker
from sociarium.runner.run.garbage_collection import rare_garbage_collection
from sociarium.viewer.app import create_app
from sociarium.viewer.settings import ViewerSettings

_WAITING = 100


@dataclass(frozen=True, slots=True)
class Listener:
    """A socket that listens."""

    socket: socket.socket
    port: int


def listen(host: str, port: int) -> Listener:
    """Listen at an address.

    Args:
        port: 0 takes any that is free.

    Raises:
        SetupError: the port is in use or not allowed, or the address is not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_WAITING)
    except socket.gaierror as error:
        raise SetupError(f"there is no address {host!r}; write one of this machine's, such as 127.0.0.1") from error
    except OSError as error:
        raise SetupError(_mend(host, port, error)) from error
    return Listener(listening, listening.getsockname()[1])


def _mend(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} of {host} is in use, perhaps by pages that are open already; stop those, or take another "
            f"one: --port {port + 1}"
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine; write one that is, such as 127.0.0.1"
    if error.errno == errno.EACCES:
        return f"port {port} may not be used by everybody; take one above 1023, such as --port 8042"
    return f"{host}:{port} cannot be listened at: {error.strerror}"


class _Server(uvicorn.Server):
    """Tells live pages of the end, so that nobody waits for them."""

    def __init__(self, config: uvicorn.Config, settings: ViewerSettings, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._settings = settings
        self._ready = ready

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal."""
        self._settings.stopping.set()
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets=sockets)
        self._ready()


def serve(
    settings: ViewerSettings, listener: Listener, *, me: Worker, ready: Callable[[], None] = lambda: None
) -> None:
    """Answer until a signal ends it; returns quietly then.

    Args:
        me: this process.
        ready: called when pages are answered.
    """
    config = uvicorn.Config(
        create_app(settings, me),
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
    )
    try:
        # What is read lives for long: with a large feed, half of its reading went into looking for garbage.
        with rare_garbage_collection():
            _Server(config, settings, ready).run(sockets=[listener.socket])
    except KeyboardInterrupt:
        pass
    finally:
        settings.stopping.set()
        listener.socket.close()
