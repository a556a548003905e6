"""A password and a key that are planted, and the search for them in all that a program said and wrote."""

from __future__ import annotations

import base64
from urllib.parse import quote

from tests.support.program import Program, Said

PASSWORD = "Zq81+pl@nted/w:rd"


KEY = "Kx47planted"


QUOTED = quote(PASSWORD, safe="")


LOGIN = base64.b64encode(f"ana:{PASSWORD}".encode()).decode()


TRACES = ("Zq81", "Kx47", "nted/w", "nted%2", "@nted", "%40nted", LOGIN, LOGIN[:12], "w%3Ard")
"""No password and no key, no other way to write it, no part of one."""


def assert_unseen(program: Program, *told: Said) -> None:
    """No secret stands in what commands said, or in any file but `.env`."""
    for said in told:
        for trace in TRACES:
            assert trace not in said.out
            assert trace not in said.err
    written = [
        path for path in program.folder.rglob("*") if path.is_file() and path.name not in {".env", "secret.yaml"}
    ]
    for path in written:
        content = path.read_bytes()
        for trace in TRACES:
            assert trace.encode() not in content, path.relative_to(program.folder)
