"""What Tab puts before the cursor: placeholders, names, paths."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sociarium.cli.questions.matching import search_key
from sociarium.experiment.prompts.placeholders import COUNTS, ROLE_FORMS, SELF, role_key

_MOST = 200
"""Candidates of a folder that are looked at: more cannot be chosen from in one line."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that may stand before the cursor.

    Attributes:
        start: where the part of the text begins that it replaces; the part ends at the cursor.
        text: what is put there.
    """

    start: int
    text: str


Complete = Callable[[str], Sequence[Suggestion]]
"""The completions of the text before the cursor, the likeliest first; none where there is nothing to complete."""


def nothing_to_complete(_text: str) -> Sequence[Suggestion]:
    """Tab has nothing to offer."""
    return ()


def placeholders(roles: Iterable[str], *, has_self: bool = True) -> Complete:
    """Placeholders of a text, from its last `<` on.

    Args:
        has_self: whether the text speaks to one agent.
    """
    keys = [role_key(role) for role in roles]
    others = [f"<{word}>" for word in (*([SELF] if has_self else []), *COUNTS)]

    def complete(text: str) -> Sequence[Suggestion]:
        start = text.rfind("<")
        if start < 0 or any(sign in text[start:] for sign in "> \n"):
            return ()
        typed = text[start:]
        # <Guard_NOUN> begins a sentence.
        spelt_keys = [key.capitalize() for key in keys] if typed[2:3].islower() and typed[1].isupper() else keys
        placeholders = [*(f"<{key}_{form}>" for key in spelt_keys for form in ROLE_FORMS), *others]
        return [Suggestion(start, word) for word in placeholders if word.upper().startswith(typed.upper())]

    return complete


def names(values: Iterable[str], *, separator: str = "") -> Complete:
    """Names such as roles and titles, whatever their case and accents.

    Args:
        separator: what stands between several names of one answer; empty where there is one name.
    """
    by_key = [(search_key(value), value) for value in values]

    def complete(text: str) -> Sequence[Suggestion]:
        start = text.rfind(separator) + len(separator) if separator and separator in text else 0
        start += len(text[start:]) - len(text[start:].lstrip())
        typed = search_key(text[start:])
        return [Suggestion(start, value) for key, value in by_key if key.startswith(typed)]

    return complete


def paths(text: str) -> Sequence[Suggestion]:
    """Files and folders; `~` is the home of whoever types, and stays as it was typed."""
    before, slash, typed = text.rpartition("/")
    start = len(before) + len(slash)
    if text == "~":
        return [Suggestion(0, "~/")]
    folder = Path(before + slash or ".")
    try:
        with os.scandir(folder.expanduser()) as items:
            listed = sorted((item.name, item.is_dir()) for item in items)
    except (OSError, RuntimeError, ValueError):
        return ()
    visible = [item for item in listed if typed.startswith(".") or not item[0].startswith(".")]
    same = [item for item in visible if item[0].startswith(typed)]
    likely = same or [item for item in visible if search_key(item[0]).startswith(search_key(typed))]
    return [Suggestion(start, name + "/" * is_folder) for name, is_folder in likely[:_MOST] if _is_text(name)]


def common_start(completions: Sequence[Suggestion]) -> str:
    """What all completions begin with."""
    texts = [completion.text for completion in completions]
    # What the first and the last in order have in common, those between have too.
    first, last = min(texts), max(texts)
    length = next((at for at, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    return first[:length]


def _is_text(name: str) -> bool:
    """Whether a file's name can be shown and written: bytes of another encoding cannot."""
    return name.isprintable() and name.encode("utf-8", "ignore").decode() == name
