"""`sociarium view` on a terminal, and the address of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from time import sleep
from urllib.request import Request, urlopen

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


def read_page(asked: str | Request) -> tuple[str, str]:
    """Where a page stands, after every redirection, and its text; one that is still being read is asked for again."""
    with urlopen(asked, timeout=60) as answer:
        status, address, text = answer.status, answer.url, answer.read().decode()
    while status == HTTPStatus.ACCEPTED:
        sleep(0.1)
        with urlopen(address, timeout=60) as answer:
            status, text = answer.status, answer.read().decode()
    return address, text
