"""Hostile texts, a sweep that holds one in every field, and what a page must not have of it."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small
from tests.support.played_stores import Saying, played
from tests.support.viewer import let_go, places

TEXTS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</textarea></title></style><script src=//evil.example/x.js></script>",
    "<a href='javascript:alert(1)'>click</a>",
    "<style>body{display:none}</style><link rel=stylesheet href=//evil.example>",
    "{{ 1337 * 7331 }}{% for x in ().__class__.__bases__ %}{{ x }}{% endfor %}${1337*7331}<%= 1337*7331 %>",
    "<!-- --><base href=//evil.example><meta http-equiv=refresh content=0;url=//evil.example>",
    "\u202eevil\u2066 \u200f\u061c",
    "\x00\x1b[2J\x07\x9b31m",
    "<form action=//evil.example><input name=form_token>",
    "&lt;script&gt;&#x3c;script>",
]


WORST = " ".join(TEXTS)
EVERY_TEXT = [
    pytest.param(WORST, id="all"),
    *(pytest.param(text, id=str(number), marks=pytest.mark.slow) for number, text in enumerate(TEXTS)),
]
"""For tests that visit many pages: all in one, and, where there is time, each by itself."""


class Seen(HTMLParser):
    """What a page holds besides what our templates have."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script" and values.get("src") != "/static/app.js":
            self.faults.append(f"a script {values}")
        if tag in {"img", "iframe", "object", "embed", "style", "base"}:
            self.faults.append(tag)
        if tag == "meta" and "http-equiv" in values:
            self.faults.append("a refresh")
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.faults.append(f"{tag} {name}")
            leads = name in {"href", "src", "action", "data-load", "data-live"}
            if leads and not (value or "").startswith(("/", "#", "?")):
                self.faults.append(f"{tag} {name}={value}")
            if leads and (value or "").startswith("//"):
                self.faults.append(f"{tag} leads away")


def hostile(store: SqliteStore, text: str) -> SweepRecord:
    """Everything that can be written says it: the file, its texts, who runs it, every reply, and an error."""
    quoted = json.dumps(text)
    # Names of roles are one line without control characters; files with others are refused.
    role = json.dumps("".join(character for character in text if character >= " "))
    made = small(
        title=quoted,
        note=quoted,
        starting_message=quoted,
        models=f"{{{quoted}: {{provider: offline, model: {quoted}}}}}",
        roles=f"{{{role}: {{}}, prisoner: {{}}}}",
        sections=f"[{{title: Starting prompt, private: {{{role}: {quoted}, prisoner: {quoted}}}}}, "
        f"{{title: Rule, shared: {{variants: {{{quoted}: {quoted}, b: b}}}}}}]",
        summarizer=f"[{{title: Starting prompt, content: {quoted}}}]",
        probes=f"[{{name: {quoted}, at: [start, end], ask: {quoted}}}]",
        events=f"[{{name: {quoted}, day: 1, after_message: 1, author: {quoted}, text: {quoted}}}]",
        sweep=f"{{factors: {{messages: 4, days: 2, section.Rule: [{quoted}, b]}}, replicates: 2}}",
    )
    sweep = played(store, made, creator=text, model=Saying([text])).sweep
    let_go(store, places(store, sweep)[1], error=text)
    return sweep
