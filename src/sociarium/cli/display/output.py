"""Consoles, and JSON on stdout."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.text import Text

from sociarium.exchange.sanitize import sanitize

_ROLE_STYLES = ("cyan", "magenta", "yellow", "green", "blue", "bright_red", "bright_cyan", "bright_magenta")


def console(*, stderr: bool = False) -> Console:
    """A console that reads no markup in what it prints."""
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=False)


def print_json(value: Any) -> None:
    """One JSON document on stdout, ASCII, so that nothing in it can reach the terminal as a control."""
    sys.stdout.write(f"{json.dumps(value, indent=2)}\n")


def words(text: str, style: str = "") -> Text:
    """Text from models or files, harmless."""
    return Text(sanitize(text), style=style)


def role_styles(roles: list[str]) -> dict[str, str]:
    """A colour for each role, in order; the name always stands beside it."""
    return {role: _ROLE_STYLES[i % len(_ROLE_STYLES)] for i, role in enumerate(dict.fromkeys(roles))}


def duration(seconds: float) -> str:
    """Seconds as people say them: `45 s`, `12 min`, `7 h 30 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def number(value: float) -> str:
    """A count with thin thousands: 12,345 or 3.4 M."""
    if value >= 10_000_000:
        return f"{value / 1e6:.1f} M"
    return f"{round(value):,}"
