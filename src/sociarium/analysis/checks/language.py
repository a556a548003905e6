"""Is a message in another language than its conversation?"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from sociarium.analysis.checks.conversations import Conversation
from sociarium.analysis.languages import FUNCTION_WORDS, SCRIPT_OF, language_of


def is_other_language(conversation: Conversation, at: int) -> bool:
    """In another script or language than it should be."""
    script, language = language_of(conversation.messages[at].content)
    if not script:
        return False
    expected_script, expected = _expected_language(conversation)
    if expected_script and script != expected_script:
        return True
    return bool(language and expected and language != expected)


@lru_cache(maxsize=4)
def _expected_language(conversation: Conversation) -> tuple[str, str]:
    if conversation.language:
        code = conversation.language.casefold().replace("_", "-").partition("-")[0]
        return SCRIPT_OF.get(code, ""), code if code in FUNCTION_WORDS else ""
    languages = Counter(language_of(one.content) for one in conversation.messages)
    del languages["", ""]
    return languages.most_common(1)[0][0] if languages else ("", "")
