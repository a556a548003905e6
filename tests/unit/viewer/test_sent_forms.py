"""A prompt that a server took in another form: its page, `show` and JSON say in which, with the words it read."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.providers.offline import Offline
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small
from tests.support.older_stores import program
from tests.support.played_stores import played

PROBES = "[{name: mood, at: [end], of: [guard], ask: How?, answer: {from: 0, to: 7}}]"
IN_WORDS = "Answer with one JSON value that fits this JSON Schema, and nothing else:"


class Particular(Offline):
    """Takes no system message and no schema beside the prompt."""

    async def ask(self, request: ModelRequest) -> ServedReply:
        served = await super().ask(request)
        form = {"system": "before the first user message"} | ({"schema": "in words"} if request.schema else {})
        return replace(served, sent={**served.sent, "form": form})


@pytest.fixture
def run(store: SqliteStore) -> str:
    begun = played(store, small(probes=PROBES), model=Particular())
    [place] = store.slots(begun.sweep.id)
    return place.status.run


def test_the_page_of_a_prompt_says_in_which_form_it_went(client: Callable[..., TestClient], run: str) -> None:
    browser = client()
    turn = html.unescape(browser.get(f"/runs/{run}/prompts/day1/turn1/reply").text)
    assert "The system prompt was sent before the first user message" in turn
    assert IN_WORDS not in turn
    assert "its server took it in another form" in turn
    probe = html.unescape(browser.get(f"/runs/{run}/prompts/end/probe/mood/guard.1?part=1").text)
    assert f"The form of the answer was sent in words, as the last paragraph of the system prompt: {IN_WORDS}" in probe
    assert '"maximum": 7' in probe


def test_show_says_the_words_and_json_the_form(
    run: str, store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call = program(f"sqlite:///{store.path}", tmp_path, monkeypatch, capsys)
    shown = " ".join(call("show", run, "--prompts").out.split())
    assert shown.count(IN_WORDS) == 1
    requests = {one["key"]: one for one in json.loads(call("show", run, "--prompts", "--json").out)["requests"]}
    assert requests["day1/turn1/reply"]["form"] == {"system": "before the first user message"}
    assert requests["end/probe/mood/guard.1"]["form"]["schema"] == "in words"


def test_nothing_is_said_where_a_prompt_went_as_it_is(store: SqliteStore, client: Callable[..., TestClient]) -> None:
    [place] = store.slots(played(store, small()).sweep.id)
    assert "sent" not in client().get(f"/runs/{place.status.run}/prompts/day1/turn1/reply?part=1").text
