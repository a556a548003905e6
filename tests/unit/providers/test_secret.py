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


def test_a_key_is_hidden_in_an_address_whichever_case_its_signs_have() -> None:
    assert Secret("PLAN/T+ED", "KEY").scrub("at /PLAN%2fT%2bED") == "at /[key]"


@pytest.mark.parametrize(
    "words",
    ["PLANTED-0123456789", "c2stUExBTlRFRC0wMTIzNDU2Nzg5", "SK-planted-0123456789", "c2stUExBTlRFRC0wMTIzNDU2Nzg5=="],
)
def test_a_key_is_hidden_without_its_beginning_in_base_64_and_in_any_case(words: str) -> None:
    shown = Secret("sk-PLANTED-0123456789", "KEY").scrub(f"no {words} here")
    assert shown.rstrip("=") in {"no [key] here", "no [key]== here"}


@pytest.mark.parametrize(
    "words",
    [
        "no ghp_PLANTED0123456789abcdef here",
        "pplx-PLANTED12345678",
        "AKIAPLANTED7EXAMPLE1",
        "eyJPLANTEDhbGciOi.eyJzdWIiOiIx.abc123",
        'body {"api_key": "PLANTED1234"}',
        "api-key=PLANTED1234&x",
        "http://user:PLAN'TED@host/v1 refused",
    ],
)
def test_what_looks_like_a_key_is_hidden_whoever_it_belongs_to(words: str) -> None:
    assert "TED" not in Secret(None, "KEY").scrub(words)


@pytest.mark.parametrize(
    "words", ["model hf.co/x/llama-8b", "the api key is missing: set it", "'http://a/b' and 'c:d@e'", "fwd-model-8b-x"]
)
def test_other_words_stay(words: str) -> None:
    assert "[key]" not in Secret(None, "KEY").scrub(words)
