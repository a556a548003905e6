"""English word forms."""

from __future__ import annotations

import sys

import pytest

from sociarium.experiment.prompts import word_forms


@pytest.mark.parametrize(
    ("noun", "several"),
    [("guard", "guards"), ("policeman", "policemen"), ("juror", "jurors"), ("attorney general", "attorneys general")],
)
def test_nouns_of_roles_get_their_irregular_plurals(noun: str, several: str) -> None:
    assert word_forms.plural(noun) == several


def test_of_a_name_without_an_end_no_plural_is_formed() -> None:
    endless = " and ".join(["a"] * 1200)
    with pytest.raises(word_forms.PluralUnknown) as told:
        word_forms.plural(endless)
    assert str(told.value) == (
        "no plural can be formed of a name as long as 'a and a and a and a and a and a and a and a and a and a...' "
        "(2,399 words); say it with `plural:` at that role, or call the role otherwise"
    )
    assert word_forms.known_plural(endless) == ""
    assert word_forms.known_plural("guard") == "guards"


def test_numbers_are_written_as_words() -> None:
    assert [word_forms.number_word(number) for number in (0, 1, 21)] == ["zero", "one", "twenty-one"]


def test_nothing_is_rewritten_for_it() -> None:
    import typeguard

    word_forms.plural("guard")
    assert "check_argument_types" not in sys.modules["inflect"].engine.plural_noun.__code__.co_names
    assert typeguard.typechecked.__module__.startswith("typeguard"), "others get what they ask for"


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\n \n"])
def test_a_blank_is_no_noun_and_stays(blank: str) -> None:
    assert word_forms.plural(blank) == blank
