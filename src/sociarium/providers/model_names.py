"""Names on a server's list of models: a hint, never a gate.

Servers serve models that they do not list, or list them under other names, in other shapes, or for other keys. So what
a list lacks is told with the nearest names, and a call to the model decides.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence

_NEAREST = 5
_MOST_NAMES = 8
_LONGEST_NAME = 120
UNREAD = "nothing is known of a model there before its first call"
"""Goes on from why a list cannot be read."""


def spelling_of(model: str, names: Collection[str]) -> str | None:
    """Under which name a list has a model: its own, with Gemini's prefix, with or without Ollama's tag, or None."""
    spellings = (model, f"models/{model}", f"{model}:latest", model.removesuffix(":latest"))
    return next((name for name in spellings if name in names), None)


def lacking(model: str, names: Sequence[str], *, address: str) -> str:
    """What is to be said of a model that a list lacks.

    Args:
        names: on the list, in order.
    """
    begun = f"{address} does not list {model!r}"
    end = "it may serve it all the same: the model's first call decides"
    if not names:
        return f"{begun}, nor any other model; {end}"
    near = nearest(model, names)
    listed = ", ".join(_short_name(name) for name in near or names[:_MOST_NAMES])
    return f"{begun}; {'nearest' if near else 'it lists'}: {listed}; {end}"


def _short_name(name: str) -> str:
    """The name on one line: whoever serves a list may write anything into it."""
    short = " ".join(name[: 2 * _LONGEST_NAME].split())
    return short if len(short) <= _LONGEST_NAME else f"{short[: _LONGEST_NAME - 1]}…"


def nearest(model: str, names: Sequence[str]) -> list[str]:
    """At most five names: those that hold the model's or are held by it, then those of a like spelling."""
    folded = model.casefold()
    kin = [name for name in names if folded in name.casefold() or name.casefold() in folded]
    alike = difflib.get_close_matches(model, names, n=_NEAREST, cutoff=0.5)
    return list(dict.fromkeys([*kin, *alike]))[:_NEAREST]
