"""`sociarium view` on a terminal, and the address of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pexpect

from tests.support.program import Program


@contextmanager
def viewing(program: Program, *arguments: str) -> Iterator[tuple[pexpect.spawn, str]]:
    """The pages while they are served, and their address."""
    screen = program.terminal("view", "--no-browser", "--port", "0", *arguments, columns=400)
    try:
        screen.expect(r"at (http://\S+)")
        yield screen, screen.match[1]
    finally:
        screen.close(force=True)
