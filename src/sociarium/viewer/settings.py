"""What a server of the pages is told when it starts."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from ipaddress import ip_address

from sociarium.ports.store import Store

PATIENCE = 0.1
"""Of pages that people look at."""


@dataclass(frozen=True, slots=True)
class ViewerSettings:
    """How the pages are served.

    Attributes:
        store: what they show; whoever opened it closes it.
        user: who acts.
        host: the address that is listened at.
        port: the one that is really listened at.
        read_only: whether forms are left out and refused.
        allow_run: whether pages may play sweeps and ask models on this machine.
        exporting: whether pages are written into a folder, without anything that needs a server.
        token: what a reader must know; None where this machine alone can reach the pages.
        form_token: stands in every form, so that no other site's form is taken for ours.
        patience: seconds that a page waits for what is read beside it before it says so and comes later; None: until
            it is there.
        stopping: set when the server stops, so that live pages end.
    """

    store: Store
    user: str
    host: str = "127.0.0.1"
    port: int = 8042
    read_only: bool = False
    allow_run: bool = False
    exporting: bool = False
    token: str | None = None
    patience: float | None = None
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def token_cookie(self) -> str:
        """The cookie that remembers the token; cookies know no ports, so its name does."""
        return f"sociarium_token_{self.port}"


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
