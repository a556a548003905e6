"""Which language a text is in, roughly: by script, and by function words."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

from sociarium.analysis.text_words import words

LEAST_LETTERS = 20
LEAST_FUNCTION_WORDS = 4
LEAD = 2
"""How many times as many function words a language needs as the next."""

_FUNCTION_WORDS = {
    "en": "the and of to is that it you for with this was are not have but they what your from would there will my we",
    "de": "der die das und ist nicht ich sie ein eine zu mit den auf dem für von wir auch sich aber dass wie wenn",
    "fr": "le la les des et est pas je vous nous que qui dans une pour avec sur ce il elle mais sont être votre",
    "es": "el la los las de y es que no en un una por con para se lo pero como su más está yo usted muy",
    "it": "il di che è la non un una per con sono mi lo gli ma come si della questo anche più ho nel alla le",
    "pt": "o a os as de e é que não em um uma por com para se mas como seu mais está eu você muito isso",
    "nl": "de het een en van is dat niet ik je te op zijn voor met maar er aan wat ook als we naar hebben dit",
}
FUNCTION_WORDS = {language: frozenset(text.split()) for language, text in _FUNCTION_WORDS.items()}
_LATIN = "LATIN"
SCRIPT_OF = {
    **dict.fromkeys(FUNCTION_WORDS, _LATIN), "ru": "CYRILLIC", "uk": "CYRILLIC", "zh": "CJK", "ja": "CJK",
    "ko": "HANGUL", "ar": "ARABIC", "el": "GREEK", "he": "HEBREW", "hi": "DEVANAGARI", "th": "THAI",
}  # fmt: skip
_JAPANESE = ("HIRAGANA", "KATAKANA")


@lru_cache(maxsize=4096)
def language_of(text: str) -> tuple[str, str]:
    """Script and language of a text; either is empty where it cannot be told."""
    letters = [sign for sign in text if sign.isalpha()]
    # A sign of Chinese, Japanese or Korean is nearer to a word than to a letter.
    weight = len(letters) + 3 * sum(ord(sign) > 0x2E80 for sign in letters)
    if weight < LEAST_LETTERS:
        return "", ""
    scripts = Counter(_script(sign) for sign in letters)
    script, count = scripts.most_common(1)[0]
    if count * 2 <= len(letters):
        return "", ""
    return script, _by_function_words(text) if script == _LATIN else ""


def _by_function_words(text: str) -> str:
    counts = Counter(
        {
            language: sum(word in function_words for word in words(text))
            for language, function_words in FUNCTION_WORDS.items()
        }
    )
    (first, most), (_, second) = counts.most_common(2)
    return first if most >= LEAST_FUNCTION_WORDS and most >= LEAD * second else ""


@lru_cache(maxsize=8192)
def _script(sign: str) -> str:
    name = unicodedata.name(sign, "").split(" ")[0]
    return "CJK" if name in _JAPANESE else name
