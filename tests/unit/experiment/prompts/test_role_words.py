"""The words by which texts call a role: each as people write it, and no other word that holds it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.experiment.prompts.role_words import RoleWords


@pytest.mark.parametrize(
    ("role", "text", "word"),
    [
        ("wolf", "A wolf.", "wolf"),
        ("wolf", "Wolf_A is here.", "Wolf"),
        ("wolf", "So said Wolf_417.", "Wolf"),
        ("wolf", "wolf1 and sheep1", "wolf"),
        ("wolf", "A _wolf_ in *wool*", "wolf"),
        ("wolf", "the WOLF's den", "WOLF"),
        ("wolf", "THE W-OLF", "W-OLF"),
        ("wolf", "Wolves, all of you.", "Wolves"),
        ("thief", "Thieves!", "Thieves"),
        ("woman", "Women of the jury", "Women"),
        ("child", "two children", "children"),
        ("person", "many people", "people"),
        ("spy", "spies", "spies"),
        ("boss", "bosses", "bosses"),
        ("guards", "One guard enters.", "guard"),
        ("wolf", "\uff37\uff2f\uff2c\uff26", "\uff37\uff2f\uff2c\uff26"),
        ("wolf", "a wo\u00adlf", "wolf"),
        ("wolf", "a\u200bwolf\u200b", None),
        ("wolf", "the \u200bwolf\u200b.", "wolf"),
        ("prison guard", "prison\u00a0guards", "prison\u00a0guards"),
        ("prison_guard", "the prison-guard", "prison-guard"),
        ("PrisonGuard", "the prison guard", "prison guard"),
        ("whistle-blower", "the whistle\u2011blower", "whistle\u2011blower"),
        ("whistleblower", "the whistle-blowers", "whistle-blowers"),
        ("whistle blower", "a whistleblower", "whistleblower"),
        ("devil's advocate", "the devil\u2019s advocate", "devil\u2019s advocate"),
        ("devil\u2019s advocate", "the Devil's Advocates", "Devil's Advocates"),
        ("\u00e9lu", "un e\u0301lu", "\u00e9lu"),
        ("e\u0301lu", "un \u00c9LU", "\u00c9LU"),
        ("Spa\u00df", "SPASS", "SPASS"),
        ("sceptic2", "the sceptic 2", "sceptic 2"),
        ("wolf", "BobWolf, @WolfOfOld", "Wolf"),
        ("wolf", "@theWolf", "Wolf"),
        ("wolf 7", "Wolf 7", "Wolf 7"),
        ("\u61d0\u7591\u8005", "\u5f7c\u306f\u61d0\u7591\u8005\u3067\u3059", "\u61d0\u7591\u8005"),
        ("wolf", "wolfram", None),
        ("wolf", "a werewolf, wolfish", None),
        ("guard", "a bodyguard, a guardian", None),
        ("man", "a woman", None),
        ("elu", "un \u00e9lu", None),
        ("12", "There are 12 of them.", None),
        ("wolf", "WOLFRAM", None),
        ("sceptic2", "the sceptic 21", None),
        ("a", "a man", None),
        ("!!", "!!", None),
        ("AI", "in the rain", None),
        ("\u72fc", "\u6709\u4e00\u53ea\u72fc\u4eba", "\u72fc"),
        ("host", "the host of the show", "host"),
        ("host", "A host of the evening", "host"),
        ("host", "A host of options", None),
    ],
)
def test_a_role_is_known_by_its_word_in_any_spelling(role: str, text: str, word: str | None) -> None:
    assert RoleWords(role).find(text) == word


@pytest.mark.parametrize(
    ("role", "text", "word"),
    [
        ("US", "Tell us. Us?", None),
        ("US", "The US and others", "US"),
        ("US", "us_1 and @us", "us"),
        ("WHO", "Who are you?", None),
        ("IT", "It is late, they say.", None),
        ("IT", "Go to IT.", "IT"),
        ("UN", "C'est un ami.", None),
        ("AI", "j\u2019ai", None),
        ("AI", "Two AIs meet.", "AIs"),
        ("CEO", "the CEO's", "CEO"),
        ("US2", "Tell us.", None),
        ("WOMAN", "Women, no; WOMEN, yes", "WOMEN"),
        ("\u00c9LU", "Un \u00e9lu, un \u00c9LU", "\u00c9LU"),
        ("US", "Stra\u00dfe, \u0130, us: the US.", "US"),
        ("PRISON GUARD", "a prison guard", "prison guard"),
    ],
)
def test_a_name_in_capitals_asks_for_capitals(role: str, text: str, word: str | None) -> None:
    assert RoleWords(role).find(text) == word


@pytest.mark.parametrize(
    ("role", "text", "word"),
    [
        ("Will", "It will rain. Will it? \u201cWill it?\u201d", None),
        ("Will", "Say:\n\n- Will it?", None),
        ("Will", "Ask Will.", "Will"),
        ("Will", "So said Will_417.", "Will"),
        ("Will", "Hello!\n@will (Will)", "will"),
        ("Will", "(Will)", "Will"),
        ("will", "It will rain, said Will.", "Will"),
        ("May", "May I? You may.", None),
        ("May", "Give May the floor.", "May"),
        ("Don", "Don't go.", None),
        ("it", "its own, or they", None),
        ("other", "The other one", None),
        ("other", "Other_3", "Other"),
    ],
)
def test_an_everyday_word_is_a_name_where_it_is_spelled_as_one(role: str, text: str, word: str | None) -> None:
    assert RoleWords(role).find(text) == word


@pytest.mark.parametrize(
    ("role", "others", "word"),
    [
        ("wolf_1", ("sheep",), "wolves"),
        ("wolf2", (), "wolves"),
        ("wolf_1", ("wolf_2", "sheep"), None),
        ("wolf_1", ("wolf",), None),
    ],
)
def test_a_number_is_no_part_of_the_word_where_no_other_role_has_it(
    role: str, others: tuple[str, ...], word: str | None
) -> None:
    assert RoleWords(role, None, (role, *others)).find("The wolves") == word


def test_a_plural_that_the_file_gives_counts() -> None:
    assert RoleWords("wolf", "wolfpack").find("the wolfpack") == "wolfpack"
    assert RoleWords("CEO", "chiefs").find("the chiefs") == "chiefs"


@given(st.text(max_size=20), st.text(max_size=40))
def test_any_name_is_looked_for_in_any_text(role: str, text: str) -> None:
    RoleWords(role, role or None).find(text)


@given(st.text(st.characters(categories=["Lu", "Ll"]), min_size=2, max_size=12))
def test_a_name_is_found_however_its_letters_are_coded(role: str) -> None:
    for form in ("NFC", "NFD", "NFKC"):
        assert RoleWords(role).find(f"({unicodedata.normalize(form, role)})") is not None  # type: ignore[arg-type]
