"""Where on the page of an experiment stands what a plan calls by the name that it has in a file."""

from __future__ import annotations

_PLACES = {
    "`roles: {": "Roles, a role, Name that others read",
    "`graph:": "More, Who follows whom",
    "`follows:`": "People, a person, Whom they follow",
    "`context`": "Models, a model, Context",
    "`max_tokens`": "Models, a model, Longest reply",
    "`seed: run`": "Models, a model, Seed",
    "`wordings:`": "Sections or Opening, a text, a version, Say it in other words",
    "`order: ": "What is compared, Order",
}
"""How a warning spells it -> the lines that lead to it."""


def places_of(plan: str) -> list[str]:
    """A line for each key that a plan's warnings name."""
    text = " ".join(plan.split())
    return [f"{key.strip('`:{ ').partition(':')[0]}: on the page under {place}" for key, place in _PLACES.items()
            if key in text]  # fmt: skip
