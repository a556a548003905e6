"""What is secret is hidden in every form in which a server repeats it."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from sociarium.providers.secret import Secret


@pytest.mark.parametrize("key", ['PLAN"TED', "PLAN\\TED", 'P\\"LANTED\\', "PLAN/TED"])
def test_a_key_is_hidden_however_it_is_written(key: str) -> None:
    once = json.dumps({"key": key})
    slashed = once.replace("/", r"\/")
    for words in (f"no {key}", quote(key, safe=""), once, json.dumps(once), slashed):
        shown = Secret(key, "KEY").scrub(words)
        assert "TED" not in shown, shown
        assert "[key]" in shown


def test_a_password_with_letters_of_other_alphabets_is_hidden_in_json() -> None:
    for words in (json.dumps("pässwörd-9"), json.dumps("pässwörd-9", ensure_ascii=False)):
        assert Secret(None, "KEY", also=["pässwörd-9"]).scrub(words) == '"[key]"'
