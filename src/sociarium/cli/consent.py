"""Consent asked at a terminal."""

from __future__ import annotations

import sys

import typer

from sociarium.cli.display.output import console, words
from sociarium.exchange.sanitize import sanitize
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.runner.library.consent import has_consented, keep_consent


def ask_consent(store: Store, experiment: str, text: str, *, person: str) -> None:
    """Show a text and keep that whoever sits at the terminal agrees to it, where they have not before.

    Where there is no terminal, or they do not agree, nothing is kept, and what they want to do is refused.
    """
    if has_consented(store, experiment, text, person=person) or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return
    console(stderr=True).print(words(sanitize(text)))
    if typer.confirm(f"{person}, do you agree?", err=True):
        keep_consent(store, experiment, text, person=person, clock=SystemClock())
