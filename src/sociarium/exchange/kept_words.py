"""What ruled a conversation at its beginning and at its end, in the words that its run keeps."""

from __future__ import annotations

from collections.abc import Iterable

from sociarium.environments.library_words import WORDS, words_key
from sociarium.experiment.prompts.library_words import read_words, required_words
from sociarium.experiment.run_content import Content, days_after
from sociarium.records.journal import JournalEntry


def in_kept_words(content: Content, records: Iterable[JournalEntry]) -> tuple[Content, Content]:
    """A content and that of its last fork, as the run speaks them; the same one twice where there is no fork.

    Where a run keeps no words, having been played by older rules or not having come so far, they are those of today.

    Args:
        records: of its journal.
    """
    kept = {entry.key: entry.answer for entry in records}
    words, formed_at = read_words(kept.get(WORDS)), None
    first = last = content.with_words(words)
    days = content.messages_of_days
    while (fork := last.fork) is not None:
        if required_words(fork.then.texts(), fork.then.facts).beside(words):
            moment = sum(days) if fork.at is None else fork.at
            words = words.with_others(read_words(kept.get(words_key(moment, formed_at))))
            formed_at = moment
        days = days_after(days, last, fork)
        last = fork.then.with_words(words)
    return first, last
