"""Versions of texts: added, and compared at once wherever something is compared already."""

from __future__ import annotations

from typing import Any

from sociarium.editing.change import Change, copy_of, refuse_unknown, refuse_unusable
from sociarium.editing.document import Document
from sociarium.editing.factors import factor_slots, is_linked, sweeps_of
from sociarium.editing.texts import put, text_slots, value_at, wordings_in
from sociarium.errors import BadInput
from sociarium.experiment.problems import Loc


def slot_at(document: Document, loc: Loc) -> str | None:
    """The name by which a factor reaches the text at a path; None where none does."""
    return next((slot for slot, place in text_slots(document).items() if place == loc), None)


def versions_at(document: Document, loc: Loc) -> dict[str, Any]:
    """The versions of a text by name, each a string or `{wordings: [...]}`; none of a plain one."""
    text = value_at(document, loc)
    versions = text.get("variants") if isinstance(text, dict) else None
    return versions if isinstance(versions, dict) else {}


def add_version(document: Document, slot: str, name: str, *, former: str = "", text: str = "") -> Change:
    """One more version of a text; sweeps that there are compare it.

    Args:
        former: what the plain text is called from now on; needed where there are no versions yet.

    Raises:
        BadInput: there is no such text, or the name cannot be had.
    """
    slots = text_slots(document)
    refuse_unknown(slot, slots, "text")
    changed = copy_of(document)
    versions = versions_at(document, slots[slot])
    if not versions:
        refuse_unusable(former, (), "version")
        plain = value_at(document, slots[slot])
        versions = {former: plain if isinstance(plain, str) else ""}
    refuse_unusable(name, versions, "version")
    put(changed, slots[slot], {"variants": {**versions, name: text}})
    for sweep in sweeps_of(changed):
        _compare(sweep, slot, [*versions, name])
    return Change(changed)


def add_wording(document: Document, loc: Loc, words: str) -> Change:
    """One more way to say what a version says.

    Args:
        loc: of the version.
    """
    before = value_at(document, loc)
    wordings = wordings_in(before) or [before if isinstance(before, str) else ""]
    changed = copy_of(document)
    put(changed, loc, {"wordings": [*wordings, words]})
    return Change(changed)


def remove_wording(document: Document, loc: Loc, position: int) -> Change:
    """A version without one of its wordings; the last that is left is its text.

    Args:
        loc: of the version.

    Raises:
        BadInput: there is none at that position, or no other.
    """
    wordings = wordings_in(value_at(document, loc))
    if not 0 <= position < len(wordings) or len(wordings) == 1:
        raise BadInput("There is no such wording, or it is the only one.")
    left = [each for place, each in enumerate(wordings) if place != position]
    changed = copy_of(document)
    put(changed, loc, left[0] if len(left) == 1 else {"wordings": left})
    return Change(changed)


def _compare(sweep: dict[str, Any], slot: str, names: list[str]) -> None:
    factors: dict[str, Any] = sweep.setdefault("factors", {})
    raw = factors.get(slot)
    if raw is None and slot in factor_slots({"sweep": sweep}):
        return
    if raw is None or (isinstance(raw, list) and not is_linked(raw) and set(map(str, raw)) == set(names[:-1])):
        factors[slot] = names
