"""Placeholders: found wherever they stand, rendered for the numbers of a run, and nothing else touched."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.experiment.prompts.placeholders import (
    Pronouns,
    RoleFacts,
    named_roles,
    render,
    role_key,
    unknown_placeholders,
)

NAMES = st.sampled_from(["guard", "guard dog", "Wärter", "prison guard", "a.b", "nurse2"])


def rendered(text: str, *roles: RoleFacts, self_name: str | None = None) -> str:
    return render(text, roles, self_name=self_name)


def guards(count: int, *, pronouns: Pronouns = "they", plural: str | None = None) -> RoleFacts:
    return RoleFacts("guard", count, pronouns, plural)


@pytest.mark.parametrize(
    ("form", "one", "several"),
    [
        ("NUM", "1", "3"),
        ("NUMWORD", "one", "three"),
        ("NOUN", "guard", "guards"),
        ("POSS", "guard's", "guards'"),
        ("PRON", "he", "they"),
        ("OBJPRON", "him", "them"),
        ("POSSPRON", "his", "their"),
        ("VERB_MAKE", "makes", "make"),
        ("VERB_BE", "is", "are"),
        ("VERB_HAVE", "has", "have"),
        ("VERB_DO", "does", "do"),
        ("VERB_GO", "goes", "go"),
        ("VERB_CARRY", "carries", "carry"),
        ("VERB_SAY", "says", "say"),
        ("VERB_WATCH", "watches", "watch"),
        ("VERB_GIVE_UP", "gives up", "give up"),
        ("VERB_CAN", "can", "can"),
    ],
)
def test_every_form_is_right_for_one_and_for_several(form: str, one: str, several: str) -> None:
    assert rendered(f"<GUARD_{form}>", guards(1, pronouns="he")) == one
    assert rendered(f"<GUARD_{form}>", guards(3, pronouns="he")) == several
    assert rendered(f"<Guard_{form}>", guards(1, pronouns="he")) == one[:1].upper() + one[1:]
    assert rendered(f"<Guard_{form}>", guards(3, pronouns="he")) == several[:1].upper() + several[1:]


@pytest.mark.parametrize(
    ("pronouns", "words"),
    [
        ("he", "he him his"),
        ("she", "she her her"),
        ("they", "they them their"),
        ("it", "it it its"),
        ("he/she", "he/she him/her his/her"),
    ],
)
def test_pronouns_are_the_roles_own_for_one_and_they_for_several(pronouns: Pronouns, words: str) -> None:
    text = "<GUARD_PRON> <GUARD_OBJPRON> <GUARD_POSSPRON>"
    assert rendered(text, guards(1, pronouns=pronouns)) == words
    assert rendered(text, guards(2, pronouns=pronouns)) == "they them their"


def test_nobody_is_spoken_of_like_several() -> None:
    assert rendered("<GUARD_NUMWORD> <GUARD_NOUN> <GUARD_VERB_BE>", guards(0, pronouns="he")) == "zero guards are"


def test_plurals_are_english_unless_the_file_says_otherwise() -> None:
    assert rendered("<POLICEMAN_NOUN>, <POLICEMAN_POSS>", RoleFacts("policeman", 2)) == "policemen, policemen's"
    assert rendered("<WAERTER_NOUN>", RoleFacts("waerter", 2, plural="Waerter")) == "Waerter"
    assert rendered("<BOSS_POSS>", RoleFacts("boss", 1)) == "boss's"


def test_counts_are_of_the_whole_run_and_the_self_is_the_agents_own_name() -> None:
    roles = (guards(2), RoleFacts("prisoner", 3), RoleFacts("nurse", 0))
    assert rendered("<AGENTS_NUM> <ROLES_NUM> <SELF_NAME>", *roles, self_name="Guard_417") == "5 2 Guard_417"


def test_role_names_are_spelled_in_capitals_with_underscores() -> None:
    assert role_key("prison guard") == "PRISON_GUARD"
    assert role_key("Wärter-in") == "WÄRTER_IN"
    assert rendered("<PRISON_GUARD_NOUN>", RoleFacts("prison guard", 2)) == "prison guards"
    assert rendered("<WÄRTER_NUM> <Wärter_NOUN>", RoleFacts("wärter", 1)) == "1 Wärter"


def test_capitals_may_be_longer_than_the_name() -> None:
    # The capital of ß is SS.
    role = RoleFacts("straßenwart", 1)
    assert rendered("<STRASSENWART_NOUN> <Straßenwart_NOUN>", role) == "straßenwart Straßenwart"


def test_a_role_whose_name_begins_like_another_keeps_its_own_placeholders() -> None:
    roles = (guards(1), RoleFacts("guard dog", 2))
    text = "<GUARD_NOUN> <GUARD_DOG_NOUN> <GUARD_DOG_VERB_BARK> <GUARD_VERB_BARK>"
    assert rendered(text, *roles) == "guard guard dogs bark barks"
    assert rendered(text, *reversed(roles)) == "guard guard dogs bark barks"
    # The longest name wins, even where the rest could be a verb of the shorter.
    assert rendered("<GUARD_VERB_NUM>", guards(1), RoleFacts("guard verb", 2)) == "2"
    assert named_roles("<GUARD_DOG_NUM>", ["guard", "guard dog"]) == {"guard dog"}
    assert named_roles("<GUARD_DOG_NUM>", ["guard"]) == set()


@pytest.mark.parametrize(
    "text", ["a < b", "a<b>c", "<think>", "</think>", "<3", "<>", "< GUARD_NOUN >", "<GUARD_NOUN", "x<y>z"]
)
def test_an_angle_bracket_that_begins_no_placeholder_is_text(text: str) -> None:
    assert not list(unknown_placeholders(text, ["guard"], has_self=False))
    assert rendered(text, guards(1), self_name="Guard_417") == text


@given(
    st.text(alphabet=".,;:!?'\"()[]{}<>/\\-_*#`~@&%$ \n", max_size=6),
    st.text(alphabet=".,;:!?'\"()<>-_* \n", max_size=6),
)
def test_a_placeholder_is_found_next_to_any_punctuation(before: str, after: str) -> None:
    text = f"{before}<GUARD_NUM>{after}"
    assert rendered(text, guards(3)) == f"{before}3{after}"
    assert [word.start for word in unknown_placeholders(f"{before}<GARD_NUM>{after}", ["guard"], has_self=False)] == [
        len(before)
    ]


@given(st.text(), NAMES)
def test_text_without_placeholders_is_unchanged(text: str, name: str) -> None:
    plain = re.sub(r"<\w+>", "", text)
    assert rendered(plain, RoleFacts(name, 2), self_name="Someone") == plain
    assert not list(unknown_placeholders(plain, [name], has_self=True))


@given(st.lists(st.sampled_from(["<SELF_NAME>", "<GUARD_NUM>", " and ", "<", "SELF_NAME>"]), max_size=6))
def test_what_is_put_in_is_not_read_again(parts: list[str]) -> None:
    text = "".join(parts)
    filled = rendered(text, guards(7), self_name="<GUARD_NUM>")
    assert filled == re.sub("<SELF_NAME>|<GUARD_NUM>", lambda found: "7" if "NUM" in found[0] else "<GUARD_NUM>", text)
    assert rendered("<GUARD_NOUN>", RoleFacts("guard", 2, plural="<AGENTS_NUM>")) == "<AGENTS_NUM>"


@given(NAMES, st.integers(0, 4), st.sampled_from(["NUM", "NOUN", "POSS", "PRON", "VERB_GIVE_UP"]))
def test_every_known_placeholder_is_rendered(name: str, count: int, form: str) -> None:
    word = f"<{role_key(name)}_{form}>"
    assert not list(unknown_placeholders(word, [name], has_self=False))
    assert "<" not in rendered(word, RoleFacts(name, count))
    assert named_roles(word, [name, "other"]) == {name}


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("GARD_NOUN", "<GUARD_NOUN>"),
        ("GUARD_NOUNS", "<GUARD_NOUN>"),
        ("GUARDS_NUM", "<GUARD_NUM>"),
        ("guard_noun", "<GUARD_NOUN>"),
        ("guard_NOUN", "<GUARD_NOUN>"),
        ("GUARD", "<GUARD_NOUN>"),
        ("AGENT_NUM", "<AGENTS_NUM>"),
        ("WARDEN_VERB_MAKE", "<GUARD_VERB_MAKE>"),
        ("GUARD_VERB_make", "<GUARD_VERB_MAKE>"),
        ("GUARD_NUM2", "<GUARD_NUM>"),
    ],
)
def test_an_unknown_placeholder_is_told_with_the_nearest_known(word: str, nearest: str) -> None:
    found = list(unknown_placeholders(f"Dear <{word}>!", ["guard"], has_self=True))
    assert [(other.word, other.start) for other in found] == [(word, 5)]
    assert nearest in found[0].nearest


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("PRISON GUARD_NUM", "<PRISON_GUARD_NUM>"),
        ("prison guard_NOUN", "<PRISON_GUARD_NOUN>"),
        ("PRISON-GUARD NOUN", "<PRISON_GUARD_NOUN>"),
        ("PRISON GUARD_VERB_MAKE", "<PRISON_GUARD_VERB_MAKE>"),
        ("PRISON GARD_PRON", "<PRISON_GUARD_PRON>"),
        ("SELF NAME", "<SELF_NAME>"),
    ],
)
def test_a_placeholder_that_is_written_like_the_roles_name_is_told(word: str, nearest: str) -> None:
    [unknown] = unknown_placeholders(f"1 < 2 <{word}>!", ["prison guard"], has_self=True)
    assert (unknown.word, unknown.start) == (word, 6)
    assert unknown.nearest[0] == nearest


@pytest.mark.parametrize("text", ["<prison guard>", "<the number 7>", "<A B>", "x <y and NUM> z", "<a@b.org>"])
def test_other_words_in_angle_brackets_are_text(text: str) -> None:
    assert not list(unknown_placeholders(text, ["prison guard"], has_self=True))


def test_the_self_has_a_name_only_where_there_is_a_self() -> None:
    assert not list(unknown_placeholders("<SELF_NAME>", ["guard"], has_self=True))
    assert [word.word for word in unknown_placeholders("<SELF_NAME>", ["guard"], has_self=False)] == ["SELF_NAME"]
