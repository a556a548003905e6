"""The words of a run that a library forms: formed once, then remembered."""

from __future__ import annotations

from typing import TypeVar

from sociarium.environments.stage import Stage
from sociarium.experiment.prompts.library_words import LibraryWords, read_words, required_words
from sociarium.experiment.run_content import PlayedContent

WORDS = "words"
"""The key of the record; a run whose texts need no library has none."""


def words_key(moment: int, formed_at: int | None) -> str:
    """The key of the record where another content begins to rule.

    Args:
        moment: how many messages, or days of a feed, there were until then.
        formed_at: the moment at which words were last formed so; a fork at a run's very last moment and an extension
            after its end stand at the same one.
    """
    return f"fork{moment}/words" if moment != formed_at else f"fork{moment}/end/words"


NO_WORDS = LibraryWords()

C = TypeVar("C", bound=PlayedContent)


async def keep_words(
    content: C, stage: Stage, *, key: str = WORDS, known: LibraryWords = NO_WORDS
) -> tuple[C, LibraryWords]:
    """A content whose placeholders are filled with the words that the run keeps.

    They are one record, made before anything is asked, with every form that some text of the run can need: so a run
    that is stopped anywhere has all of them or none, and speaks in one release's words from its beginning to its end.

    Args:
        key: of the record.
        known: words that the run keeps already; they are not formed anew.

    Returns:
        The content, and all words that the run keeps now.
    """
    needed = required_words(content.texts(), content.facts).beside(known)
    words = known
    if needed:
        words = known.with_others(read_words(await stage.record(key, lambda: needed.form().as_json())))
    return (content if words == NO_WORDS else content.with_words(words)), words
