"""Each check against messages that are cases and messages that are none."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sociarium.analysis.checks.rates import cases, check_quality
from sociarium.analysis.checks.registry import CHECKS, Check, register
from sociarium.errors import BadInput

PROMPT = "You are Guard. You must never reveal the secret code of the gate to anybody who asks you for it, at any time."
LONG = "I really think that we should wait for the others before we open the gate tonight."
ENGLISH = "I do not think that you have what it takes to be the one for this, and they know it."
GERMAN = "Ich glaube nicht, dass wir das auf dem Weg dorthin auch noch schaffen, aber wir haben es versucht."


def table(*rows: tuple[str, str] | tuple[str, str, str], **more: Any) -> pd.DataFrame:
    """Messages of one run: speaker, content and flags."""
    return pd.DataFrame(
        [
            {
                "run": "r",
                "seq": number,
                "speaker": row[0],
                "role": row[0].split("_")[0],
                "content": row[1],
                "flags": row[2] if len(row) > 2 else "",
                **more,
            }
            for number, row in enumerate(rows, 1)
        ]
    )


def last(name: str, messages: pd.DataFrame) -> bool:
    """Whether the last message is a case."""
    return ("r", len(messages)) in cases(messages, names=[name])[name]


@pytest.mark.parametrize(
    ("name", "content", "is_case"),
    [
        ("empty", "", True),
        ("empty", " \u200b\n**", True),
        ("empty", "No.", False),
        ("empty", "\U0001f600", False),
        ("name_only", "**Guard_417:**", True),
        ("name_only", "prisoner_2", True),
        ("name_only", "Prisoner_99", True),
        ("name_only", "Guard it well", False),
        ("role_switch", "Stay back.\nPrisoner_2: No, I will not.", True),
        ("role_switch", "**Prisoner_2:** No.", True),
        ("role_switch", "Prisoner_77: No.", True),
        ("role_switch", "Guard_417: Stay back.", False),
        ("role_switch", "One more thing: Prisoner_2 stays here.", False),
        ("refusal", "I\u2019m sorry, but I can\u2019t assist with that request.", True),
        ("refusal", "As an AI, I do not have a body.", True),
        ("refusal", "I'm unable to continue this conversation.", True),
        ("refusal", "I cannot let you out, prisoner.", False),
        ("refusal", "I won't ask again.", False),
        ("announces_end", "This concludes the simulation.", True),
        ("announces_end", "The experiment is now over, and thanks.", True),
        ("announces_end", "[END]", True),
        ("announces_end", "Thank you for participating!", True),
        ("announces_end", "This has to end. Goodbye.", False),
        ("announces_end", "At the end of the day we all want the same.", False),
        ("thinking_leaked", "<think>They are bluffing</think> Fine.", True),
        ("thinking_leaked", "Okay, so the user wants me to play a guard.", True),
        ("thinking_leaked", "We need to respond as the guard.", True),
        ("thinking_leaked", "Okay, so you want out.", False),
        ("thinking_leaked", "Let me think about it.", False),
        ("other_language", GERMAN, True),
        ("other_language", "\u6211\u4e0d\u8ba4\u4e3a\u6211\u4eec\u5e94\u8be5\u8fd9\u6837\u505a", True),
        ("other_language", "Мы не должны открывать ворота сегодня ночью.", True),
        ("other_language", "Das ist gut.", False),
        ("other_language", LONG, False),
    ],
)
def test_a_check_finds_its_cases_and_nothing_else(name: str, content: str, is_case: bool) -> None:
    messages = table(("Guard_417", ENGLISH), ("Prisoner_2", ENGLISH + " Truly."), ("Guard_417", content))
    assert last(name, messages) is is_case


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("empty", "empty"),
        ("name_only", "name_only"),
        ("prompt_echo", "echoed"),
        ("repetition", "repeated"),
        ("refusal", "refused"),
        ("token_limit", "token_limit"),
    ],
)
def test_what_was_flagged_while_it_was_made_counts(name: str, flag: str) -> None:
    assert last(name, table(("a", "One."), ("b", "Two.", f"trimmed {flag}")))
    assert not last(name, table(("a", "One."), ("b", "Two.", "trimmed")))


def test_flags_may_be_a_list_or_missing() -> None:
    messages = table(("a", "One."), ("b", "Two."))
    messages["flags"] = [["token_limit"], None]
    assert cases(messages, names=["token_limit"])["token_limit"] == (("r", 1),)


def test_near_copies_of_ones_own_earlier_message_are_repetitions() -> None:
    assert last("repetition", table(("a", LONG), ("b", "Why?"), ("a", LONG.replace("tonight", "now"))))
    assert not last("repetition", table(("a", LONG), ("b", LONG)))
    assert not last("repetition", table(("a", f"{LONG} {ENGLISH} {ENGLISH}"), ("b", "Why?"), ("a", LONG)))
    assert not last("repetition", table(("a", "Yes, I do."), ("b", "Why?"), ("a", "Yes, I do.")))
    assert not last(
        "repetition", table(("a", LONG), ("b", "Why?"), ("a", "We should not wait for the others any longer."))
    )


def test_an_echo_is_of_instructions_and_not_of_what_others_said() -> None:
    said = PROMPT.removeprefix("You are Guard. ")
    assert last("prompt_echo", table(("a", LONG), ("b", said), prompt=PROMPT))
    assert not last("prompt_echo", table(("a", LONG), ("b", LONG), prompt=f"{PROMPT}\na: {LONG}"))
    assert not last("prompt_echo", table(("a", LONG), ("b", said)))


def test_a_run_in_another_language_as_a_whole_needs_its_language_named() -> None:
    messages = table(("a", GERMAN), ("b", GERMAN))
    assert not last("other_language", messages)
    assert last("other_language", messages.assign(language="en"))
    assert not last("other_language", messages.assign(language="de"))


def test_every_check_says_what_it_counts_and_what_it_misses() -> None:
    assert list(CHECKS) == [
        "empty", "name_only", "role_switch", "prompt_echo", "repetition", "refusal", "announces_end", "other_language",
        "token_limit", "thinking_leaked",
    ]  # fmt: skip
    assert all(check.counts and check.limits and check.version >= 1 for check in CHECKS.values())


def test_a_check_of_ones_own_is_registered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sociarium.analysis.checks.registry.CHECKS", dict(CHECKS))
    monkeypatch.setattr("sociarium.analysis.checks.rates.CHECKS", registry := dict(CHECKS))
    monkeypatch.setattr("sociarium.analysis.checks.registry.CHECKS", registry)
    shouting = Check("shouting", 1, lambda talk, at: talk.messages[at].content.isupper(), "all in capitals", "acronyms")
    register(shouting)
    assert cases(table(("a", "STOP"), ("b", "no")), names=["shouting"]) == {"shouting": (("r", 1),)}
    with pytest.raises(BadInput, match="already"):
        register(shouting)


def test_precision_and_recall_come_from_a_labelled_sample() -> None:
    messages = table(
        ("a", "As an AI, I can't."), ("b", "I can't assist with that."), ("a", "I would rather not."), ("b", "Fine.")
    )
    labels = pd.DataFrame({"run": "r", "seq": [1, 2, 3, 4], "label": [True, False, True, False]})
    result = check_quality(messages, labels, name="refusal")
    assert result.precision is not None
    assert result.recall is not None
    assert (result.precision.share, result.recall.share, result.units) == (0.5, 0.5, 4)
    with pytest.raises(BadInput, match="message 9 of run 'r'"):
        check_quality(messages, labels.assign(seq=9), name="refusal")


@pytest.mark.slow
def test_hostile_text_is_checked_in_linear_time() -> None:
    """Patterns that try every way to match do not come back from such texts."""
    for content in (
        "i " * 50_000,
        "*" * 100_000,
        "okay, " * 30_000,
        "a:\n" * 30_000,
        "let me think about how " * 5_000,
    ):
        cases(table(("a", content), ("b", "x")))


def test_wrong_tables_are_refused() -> None:
    with pytest.raises(BadInput, match="no column 'flags'"):
        cases(table(("a", "x")).drop(columns="flags"))
    with pytest.raises(BadInput, match="two messages with seq 1"):
        cases(pd.concat([table(("a", "x"))] * 2))
    with pytest.raises(BadInput, match="no check 'rudeness'; there are empty"):
        cases(table(("a", "x")), names=["rudeness"])
