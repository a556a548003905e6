"""Replies: asked for again when empty, flagged, and what a request carries."""

from __future__ import annotations

import pytest

from sociarium.environments.conversation.parsing import echoes, repeats
from sociarium.ports.model import ModelReply
from tests.support.conversations_in_memory import Played, played


def sweep(factors: str) -> str:
    return f"{{factors: {{{factors}}}}}"


def one(*answers: str | ModelReply, **changes: str | None) -> Played:
    """A run of one message."""
    return played(answers, **{"sweep": sweep("messages: 1")} | changes)


def test_a_reply_is_stored_trimmed_and_flagged_with_the_call_it_came_from() -> None:
    run = one("**Guard**: Stand up.\n\nPrisoner: No!")
    said = run.of_kind("message")[0].happening
    assert (said.content, said.flags, said.data) == ("Stand up.", ("trimmed",), {"call": "day1/turn1/reply"})
    assert (said.day, said.index, said.author, said.role) == (1, 1, run.agents[0], "guard")


def test_without_trim_a_reply_is_stored_as_it_came() -> None:
    run = one(" Guard: Stand up.\nPrisoner: No! ", reply="{trim: false}")
    assert run.texts() == [" Guard: Stand up.\nPrisoner: No! "]
    assert run.of_kind("message")[0].happening.flags == ()


def test_an_empty_reply_is_asked_for_again_under_a_key_of_its_own() -> None:
    run = one(" \n", "Stand up.")
    assert list(run.requests) == ["day1/turn1/reply", "day1/turn1/reply/2"]
    assert run.prompt("day1/turn1/reply") == run.prompt("day1/turn1/reply/2")
    said = run.of_kind("message")[0].happening
    assert (said.content, said.flags) == ("Stand up.", ("retried",))
    assert said.data == {"call": "day1/turn1/reply/2"}


@pytest.mark.parametrize("retries", [0, 1, 2, 4])
def test_a_reply_that_stays_empty_is_stored_empty_and_flagged(retries: int) -> None:
    run = one(*[""] * (retries + 1), reply=f"{{empty_retries: {retries}}}")
    assert len(run.requests) == retries + 1
    said = run.of_kind("message")[0].happening
    assert said.content == ""
    assert said.flags == (("empty", "retried") if retries else ("empty",))
    assert run.ended == "completed"


def test_a_reply_that_is_only_a_name_is_empty() -> None:
    run = played(lambda key, _: "**Prisoner**", sweep=sweep("messages: 1"))
    assert len(run.requests) == 3
    assert run.of_kind("message")[0].happening.flags == ("trimmed", "name_only", "empty", "retried")


@pytest.mark.parametrize("trim", ["true", "false"])
@pytest.mark.parametrize("silence", ["\u200b", "\u00a0\ufeff", "**", "</s>"])
def test_a_reply_that_nobody_can_see_is_empty(silence: str, trim: str) -> None:
    run = one(silence, "Stand up.", reply=f"{{trim: {trim}}}")
    assert run.texts() == ["Stand up."]
    assert run.of_kind("message")[0].happening.flags == ("retried",)
    assert one(silence, reply=f"{{trim: {trim}, empty_retries: 0}}").texts() == [""]


def test_words_written_only_for_another_are_an_empty_reply() -> None:
    run = one("Prisoner: Let me out.", "Stay.")
    assert run.texts() == ["Stay."]
    assert run.of_kind("message")[0].happening.flags == ("retried",)


def test_words_written_for_somebody_who_does_not_exist_are_an_empty_reply() -> None:
    run = one("Guard_1: Prisoner_789: No, no.", "Stay.")
    assert run.texts() == ["Stay."]
    assert run.of_kind("message")[0].happening.flags == ("retried",)


def test_a_reply_cut_at_its_limit_is_flagged() -> None:
    run = one(ModelReply("Stand", finish_reason="length"))
    assert run.of_kind("message")[0].happening.flags == ("token_limit",)
    assert run.ended == "completed"


def test_characters_that_were_replaced_are_flagged() -> None:
    assert one(ModelReply("Stand \ufffd", replaced=True)).of_kind("message")[0].happening.flags == ("replaced",)


@pytest.mark.parametrize(("text", "flags"), [("", ("empty", "refused")), ("I cannot.", ("refused",))])
def test_a_refusal_ends_the_run_and_is_not_asked_again(text: str, flags: tuple[str, ...]) -> None:
    refusal = ModelReply(text, finish_reason="refused")
    run = played(["One.", refusal], sweep=sweep("messages: 5"))
    assert run.ended == "refused"
    assert list(run.requests) == ["day1/turn1/reply", "day1/turn2/reply"]
    assert [event.happening.flags for event in run.of_kind("message")] == [(), flags]


def test_thinking_is_no_part_of_what_is_said() -> None:
    run = played(lambda key, _: ModelReply("Yes.", thinking="Hm."), sweep=sweep("messages: 2"))
    assert run.texts() == ["Yes.", "Yes."]
    assert "Hm" not in str(run.prompt("day1/turn2/reply"))


def test_a_failed_reply_never_becomes_the_text_none() -> None:
    run = played(lambda key, _: "", sweep=sweep("messages: 3"))
    assert run.texts() == ["", "", ""]
    assert all("None" not in str(run.prompt(key)) for key in run.requests)


def repeated(*answers: str, **changes: str | None) -> list[bool]:
    """Which messages are flagged as repeated."""
    changes = {"sweep": sweep(f"messages: {len(answers)}")} | changes
    return ["repeated" in event.happening.flags for event in played(answers, **changes).of_kind("message")]


def test_a_reply_that_begins_with_the_agents_own_last_message_is_flagged() -> None:
    assert repeated("Stand up.", "No.", "Stand up.", "I said no.") == [False, False, True, False]
    assert repeated("Stand up.", "No.", "  stand\n UP.  And now!", "No. Never.") == [False, False, True, True]
    assert repeated("Stand up.", "Stand up.", "Sit.", "Lie.", "Stand up.") == [False] * 5


def test_an_empty_reply_lies_between_two_that_are_compared() -> None:
    assert repeated("Yes.", "No.", "", "Ha.", "Yes.", reply="{empty_retries: 0}") == [False] * 4 + [True]


def test_what_was_said_on_an_earlier_day_is_remembered() -> None:
    assert repeated("Yes.", "No.", "Yes.", "Hm.", sweep=sweep("messages: 4, days: 2")) == [False, False, True, False]


@pytest.mark.parametrize(
    ("before", "text", "holds"),
    [
        ("No", "Not now.", False), ("No", "No, now.", True), ("No", "no", True), ("No.", "No.Never", True),
        ("Straße", "STRASSE 5", True), ("İ", "i am", True), ("cafe", "cafe\u0301s", False), ("a b", "a\n\tb c", True),
        ("a b", "ab", False), ("", "Yes.", False), (" ", "Yes.", False), ("Yes.", "", False), ("x_", "x_y", False),
        ("Stand up.", '"Stand up." I said so.', True),
        ("**Stand up.**", "\u201cStand up.\u201d", True), ('"', "No.", False), ("'Tis so", "Tis so, and more", True),
        ("ßo it is", "SSO it is, then", True), ("Sso it is", "ßo it is", True), (" \u3000Yes", "yes, I do", True),
    ],
)  # fmt: skip
def test_a_repetition_is_one_of_whole_words_whatever_their_case(before: str, text: str, holds: bool) -> None:
    assert repeats(text, before) is holds


OPENING = "You are both in the yard."
LINE = "It is your turn to speak."


def echoed(*answers: str, **changes: str | None) -> list[bool]:
    """Which messages are flagged as echoes."""
    changes = {"sweep": sweep(f"messages: {len(answers)}"), "starting_message": OPENING} | changes
    return ["echoed" in event.happening.flags for event in played(answers, **changes).of_kind("message")]


@pytest.mark.parametrize("prefix", ["always", "never"])
def test_a_reply_that_begins_with_the_last_words_of_another_is_an_echo_and_is_kept(prefix: str) -> None:
    words = "Let me out of here."
    assert echoed(words, f"  let me OUT\nof here. {words}", speaker_prefix=prefix) == [False, True]
    assert echoed(words, "Let me out of here now?", speaker_prefix=prefix) == [False, False]
    assert echoed(words, "I said: let me out of here.", speaker_prefix=prefix) == [False, False]
    run = played([words, words], sweep=sweep("messages: 2"), speaker_prefix=prefix)
    assert run.texts() == [words, words]


def test_a_reply_that_begins_with_the_opening_is_an_echo_on_every_day() -> None:
    assert echoed(OPENING, "No.", f"{OPENING}\n\nSo be it.", "No.") == [True, False, True, False]
    days = {"sweep": sweep("messages: 4, days: 2"), "summarizer": '[{title: Starting prompt, content: "Sum up."}]'}
    assert echoed("Yes.", "No.", "They met.", f"{OPENING} Well.", "No.", **days) == [False, False, True, False]
    whole = f"{OPENING} Day 1 summary: They met. Well."
    assert echoed("Yes.", "No.", "They met.", whole, "No.", **days) == [False, False, True, False]


def test_a_reply_that_begins_with_the_continuation_line_is_an_echo_where_it_was_read() -> None:
    alone = sweep("messages: 3, agents.prisoner: 0")
    assert echoed("Yes.", f"{LINE} Well.", LINE, sweep=alone) == [False, True, True]
    assert echoed("Yes.", LINE, "No.") == [False, False, False]
    news = "[{name: news, day: 1, after_message: 2, author: Radio, text: It rains.}]"
    assert echoed("Yes.", "No.", LINE, sweep=alone, events=news) == [False, False, True]


def test_an_echo_of_everything_that_was_read_is_one() -> None:
    run = played(["Yes.", "Start. Yes. Yes. Yes. Yes."], sweep=sweep("messages: 2"), speaker_prefix="never",
                 starting_message="Start. Yes. Yes. Yes.")  # fmt: skip
    assert run.of_kind("message")[1].happening.flags == ("echoed",)


def test_repetition_and_echo_are_flagged_side_by_side() -> None:
    run = played(["I will not say it."] * 3, sweep=sweep("messages: 3"))
    assert [event.happening.flags for event in run.of_kind("message")] == [(), ("echoed",), ("repeated", "echoed")]


@pytest.mark.parametrize(
    ("text", "sent", "holds"),
    [
        ("Yes.", "Yes.", False), ("One two three four.", "One two three four.", False),
        ("One two three four five.", "one two three  four five", True), ("Yes. And so on it goes.", "Yes.", False),
        ("a b c d ef", "a b c d e", False), ("a b c d e", "a b c d e f", False),
        ("STRASSE b c d e f", "Straße b c d e", True),
        ("\u4f60" * 20, "\u4f60" * 20, True),
        ("\u4f60" * 20 + "\u3002", "\u4f60" * 19, False), ("", "", False),
    ],
)  # fmt: skip
def test_an_echo_is_of_a_whole_text_of_at_least_five_words(text: str, sent: str, holds: bool) -> None:
    assert echoes(text, ["Something else.", sent]) is holds


def test_stop_names_sends_the_names_of_the_others() -> None:
    run = played(stop="names", sweep=sweep("messages: 3, agents.prisoner: 2"))
    for turn, own in enumerate(run.agents, start=1):
        others = tuple(f"\n{name}:" for name in run.agents if name != own)
        assert run.requests[f"day1/turn{turn}/reply"].stop == others
    assert played().requests["day1/turn1/reply"].stop == ()


def seeds(run: Played) -> list[object]:
    return [request.model.options.get("seed") for request in run.requests.values()]


def test_a_seed_of_the_run_differs_by_run_call_and_attempt() -> None:
    changes = {"models": "{m: {provider: openai, model: x, seed: run}}", "sweep": sweep("messages: 3")}
    one, same, other = (played(["", "One.", "Two.", "Three."], run=run, **changes) for run in ("a", "a", "b"))
    assert len(seeds(one)) == 4
    assert seeds(one) == seeds(same)
    assert len({*seeds(one), *seeds(other)}) == 8
    assert all(isinstance(seed, int) and 0 <= seed < 2**31 for seed in seeds(one))


def test_a_fixed_seed_is_sent_as_given_and_none_where_none_is_set() -> None:
    fixed = "{m: {provider: openai, model: x, seed: 7}}"
    assert seeds(played(["", "One."], models=fixed, sweep=sweep("messages: 1"))) == [7, 7]
    assert seeds(played(["One."], sweep=sweep("messages: 1"))) == [None]


def test_a_request_names_its_model_and_carries_its_options() -> None:
    entry = '{provider: openai, model: x, temperature: 0.5, extra: {a: 1}, base_url: "http://h/v1"}'
    models = f"{{m: {entry}, n: {{provider: offline}}}}"
    run = played(
        models=models, sweep=sweep("model: m, model.prisoner: n, option.temperature: 0.9, option.m.top_p: 0.3")
    )
    guard, prisoner = (run.requests[f"day1/turn{turn}/reply"].model for turn in (1, 2))
    assert (guard.name, guard.provider, guard.model) == ("m", "openai", "x")
    assert guard.options == {"temperature": 0.9, "top_p": 0.3, "extra": {"a": 1}}
    assert (prisoner.name, prisoner.options) == ("n", {"temperature": 0.9})
