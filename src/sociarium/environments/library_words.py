"""The words of a run that a library forms: formed once, then remembered."""

from __future__ import annotations

from typing import TypeVar

from sociarium.environments.stage import Stage
from sociarium.experiment.prompts.library_words import read_words, required_words
from sociarium.experiment.run_content import PlayedContent

WORDS = "words"
"""The key of the record; a run whose texts need no library has none."""

C = TypeVar("C", bound=PlayedContent)


async def keep_words(content: C, stage: Stage) -> C:
    """A content whose placeholders are filled with the words that the run keeps.

    They are one record, made before anything is asked, with every form that some text of the run can need: so a run
    that is stopped anywhere has all of them or none, and speaks in one release's words from its beginning to its end.
    """
    needed = required_words(content.texts(), content.facts)
    if not needed:
        return content
    return content.with_words(read_words(await stage.record(WORDS, lambda: needed.form().as_json())))
