"""What looks like a placeholder in texts that are sent as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sociarium.experiment.prompts.placeholders import SELF, role_forms, role_key


def unfilled_placeholders(text: str, roles: Iterable[str]) -> list[str]:
    """The placeholders in a text, as they would be filled in elsewhere, in the order of their roles."""
    forms = sorted(role_forms(text, roles))
    own = [f"<{SELF}>"] if f"<{SELF}>" in text else []
    return [*(f"<{role_key(role)}_{form}>" for role, form in forms), *own]


def unfilled_warnings(texts: Iterable[tuple[str, str]], roles: Iterable[str]) -> Iterator[str]:
    """A sentence about the first of some texts that has a placeholder.

    Args:
        texts: where each stands in the file, and what it says.
    """
    names = tuple(roles)
    for place, text in texts:
        if unfilled := unfilled_placeholders(text, names):
            yield (
                f"{unfilled[0]} of {place} is read as it stands: placeholders are filled in texts of sections, events "
                "and questions, not in titles, authors and choices; write the word itself"
            )
            return
