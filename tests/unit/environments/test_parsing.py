"""Reading a reply: what the agent said is kept, its own name and words for others are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.environments.conversation.parsing import (
    FLAGS,
    ParsedReply,
    flags_in_order,
    names_for,
    parse,
    without_label,
)

EVERYBODY = {
    "Guard_417": ["guard"],
    "Guard_533": ["guard"],
    "Prisoner_204": ["prisoner"],
    "Chef_de_rang_101": ["chef de rang"],
}
NAMES = names_for("Guard_417", EVERYBODY, ["Loudspeaker"])


@pytest.mark.parametrize(
    "start",
    [
        "Guard_417: ", "Guard_417 : ", "Guard_417:\n", "Guard_417:\n\n", "GUARD_417: ", "guard_417: ", "Guard: ",
        "guard: ", "GUARD:\n", "**Guard_417:** ", "**Guard_417**: ", "**Guard**: ", "*Guard*: ", "__Guard_417__: ",
        "[Guard_417]: ", "[Guard_417] ", "[GUARD]: ", "(Guard_417) ", "<Guard_417>: ", "[**Guard_417**]: ",
        '"Guard_417": ', "`Guard_417`: ", "### Guard_417:\n", "> Guard_417: ", "  \n Guard_417: ", "**Guard_417:**\n\n",
        "**Guard_417**\n", "Guard_417\n\n", "Guard_417: Guard_417: ", "Guard: **Guard_417:** ",
    ],
)  # fmt: skip
def test_a_leading_own_name_is_cut(start: str) -> None:
    assert parse(f"{start}Stand up.", NAMES) == ParsedReply("Stand up.", trimmed=True)


@pytest.mark.parametrize(
    "text",
    [
        "Stand up.",
        "Guards stand up.",
        "Guard the door: now.",
        "Guard_417a: who is that?",
        "Warden_999: who is that?",
        "Stand up, Prisoner_204: now.",
        "I said to Prisoner_204: no.",
        "Prisoners: a word.",
        "Time: noon.\nPlace: the yard.",
        "*shouts* Stand up!",
        "My colleague Guard_533 agrees.",
        "Prisoner_204, listen:\nstand up.",
    ],
)
def test_what_is_no_name_before_a_colon_is_kept(text: str) -> None:
    assert parse(text, NAMES) == ParsedReply(text)
    assert parse(f"\n {text} \n", NAMES) == ParsedReply(text)


@pytest.mark.parametrize(
    "other",
    [
        "Prisoner_204: No!", "prisoner_204: No!", "PRISONER: No!", "Prisoner: No!", "**Prisoner_204:** No!",
        "**Prisoner_204**: No!", "[Prisoner_204]: No!", "  Prisoner_204: No!", "> Prisoner_204: No!", "Guard_533: No!",
        "Loudspeaker: Quiet.", "Chef de rang: No!", "Chef_de_rang_101: No!", "Prisoner_204:",
    ],
)  # fmt: skip
def test_from_the_line_on_which_another_starts_to_speak_the_rest_is_cut(other: str) -> None:
    assert parse(f"Stand up.\n{other}\nGuard_417: Yes!", NAMES) == ParsedReply("Stand up.", trimmed=True)
    assert parse(f"Guard_417: Stand up.\n\n{other}", NAMES) == ParsedReply("Stand up.", trimmed=True)
    assert parse(other, NAMES) == ParsedReply("", trimmed=True, name_only=other == "Prisoner_204:")


def test_the_own_bare_role_is_no_other_participant() -> None:
    text = "Stand up.\nGuard: that is what I am."
    assert parse(text, NAMES) == ParsedReply(text)


@pytest.mark.parametrize(
    "text",
    [
        "Guard_417",
        "Guard_417:",
        "**Guard_417:**",
        " [guard] \n",
        "Prisoner_204",
        "Prisoner:",
        "Loudspeaker",
        "### Guard\n",
    ],
)
def test_a_reply_that_is_nothing_but_a_name_says_nothing(text: str) -> None:
    assert parse(text, NAMES) == ParsedReply("", trimmed=True, name_only=True)


@pytest.mark.parametrize("text", ["", " ", "\n\n\t"])
def test_an_empty_reply_is_no_name(text: str) -> None:
    assert parse(text, NAMES) == ParsedReply("")


def test_names_are_read_as_they_are_written() -> None:
    # Nothing in a name works as a pattern.
    odd = names_for("A.B_100", {"A.B_100": ["a.b"], "(C)_200": ["(c"]}, ["x+"])
    assert parse("A.B_100: Yes.", odd) == ParsedReply("Yes.", trimmed=True)
    assert parse("AxB_100: Yes.", odd) == ParsedReply("AxB_100: Yes.")
    assert parse("Yes.\n(C)_200: No.", odd) == ParsedReply("Yes.", trimmed=True)
    assert parse("Yes.\nxx: No.\nx+: No.", odd) == ParsedReply("Yes.\nxx: No.", trimmed=True)


@given(st.text())
def test_reading_only_cuts_and_what_is_left_reads_the_same(text: str) -> None:
    read = parse(text, NAMES)
    assert read.text in text
    assert read.text == read.text.strip()
    assert read.trimmed is (read.text != text.strip())


words = st.sampled_from(["Guard_417", "Prisoner", ": ", "**", "[", "]", "\n", " ", "Stand up.", "Loudspeaker", ":"])


@given(st.lists(words, max_size=12).map("".join))
def test_no_line_that_is_kept_begins_with_the_name_of_another(text: str) -> None:
    lines = parse(text, NAMES).text.splitlines()
    assert not any(line.lstrip(" *[").startswith(("Prisoner:", "Loudspeaker:", "Prisoner :")) for line in lines)


MILLION = 1_200_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" " * MILLION, ""),
        ("\n" * MILLION, ""),
        ("*" * MILLION, "*" * MILLION),
        ("* " * MILLION, ("* " * MILLION).strip()),
        (" \n" * MILLION, ""),
        ("Guard_417" + " " * MILLION + "x", "Guard_417" + " " * MILLION + "x"),
        ("Guard_417" + "*" * MILLION + "x", "Guard_417" + "*" * MILLION + "x"),
        ("Guard_417" * (MILLION // 9), "Guard_417" * (MILLION // 9)),
        ("Guard_417: " * (MILLION // 11) + "Stand up.", "Stand up."),
        ("[Guard_417]" * (MILLION // 11) + "Stand up.", "Stand up."),
        ("Prisoner " * (MILLION // 9), ("Prisoner " * (MILLION // 9)).strip()),
        ("Prisoner\n" * (MILLION // 9), ("Prisoner\n" * (MILLION // 9)).strip()),
        ("Prisoner" + "\n" * MILLION + "x", "Prisoner" + "\n" * MILLION + "x"),
        ("[<(" * (MILLION // 3), "[<(" * (MILLION // 3)),
    ],
    ids=range(14),
)
def test_hostile_replies_are_read_in_one_pass(text: str, said: str) -> None:
    # Were reading quadratic, a megabyte would take hours.
    assert parse(text, NAMES).text == said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Guard_999: Good morning.", "Good morning."),
        ("**GUARD_999**: Good morning.", "Good morning."),
        ("Guard_417: Guard_999: Good morning.", "Good morning."),
        ("Guard_4171: Good morning.", "Good morning."),
        ("[Guard_999] Good morning.", "Good morning."),
        ("(guard_1): Good morning.", "Good morning."),
        ("Good morning.\nPrisoner_999: Good morning to you.", "Good morning."),
        ("Good morning.\n[Guard_998]: Who is there?", "Good morning."),
        ("Good morning.\n**[PRISONER_20415]**: Good morning to you.", "Good morning."),
        ("Good morning.\n> chef_de_rang_7 : Good morning to you.", "Good morning."),
        ("Prisoner_999: No, no, no.", ""),
        ("Prisoner_1: No, no, no.", ""),
        ("Guard_417: Prisoner_999: No, no, no.", ""),
    ],
)
def test_a_name_with_a_number_that_nobody_has_is_a_speaker_and_no_speech(text: str, words: str) -> None:
    assert parse(text, NAMES) == ParsedReply(words, trimmed=True)


def test_only_a_made_up_name_is_only_a_name() -> None:
    assert parse("Prisoner_999:", NAMES) == ParsedReply("", trimmed=True, name_only=True)


def test_another_of_the_same_role_is_not_taken_for_the_agent() -> None:
    names = names_for("Guard_417", {"Guard_417": ["guard"], "Guard_500": ["guard"]}, [])
    assert parse("Guard_500: Come here.", names) == ParsedReply("", trimmed=True)
    assert parse("Guard_501: Come here.", names) == ParsedReply("Come here.", trimmed=True)
    assert parse("[Guard_500] Come here.", names) == ParsedReply("[Guard_500] Come here.")


def test_the_agents_own_name_on_a_later_line_cuts_nothing() -> None:
    text = "Good morning.\nGuard_417: And good night."
    assert parse(text, NAMES) == ParsedReply(text)


@pytest.mark.parametrize("label", ["Prisoner_9: ", "**Guard_417:** ", "guard: ", "[Guard_533] ", "Loudspeaker: "])
def test_a_name_before_a_summary_is_cut(label: str) -> None:
    assert without_label(f"{label}They spoke of bread.", NAMES) == ("They spoke of bread.", True)
    assert without_label("They spoke: of bread.", NAMES) == ("They spoke: of bread.", False)


def test_flags_stand_in_one_order_whichever_is_noticed_first() -> None:
    assert flags_in_order({"refused": True, "empty": True, "trimmed": True}) == ("trimmed", "empty", "refused")
    assert flags_in_order(dict.fromkeys(reversed(FLAGS), True)) == FLAGS
    assert flags_in_order({"empty": False, "no flag": True}) == ()
