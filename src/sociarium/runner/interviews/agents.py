"""Whom of a run people mean: by name, by number, by handle, or by role."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.environments.interviews import Interviewed, Moment, respondents, without_model
from sociarium.errors import Ambiguous, NotFound
from sociarium.experiment.problems import did_you_mean

ROLE = "role:"
_MOST_LISTED = 8


def choose_agents(moment: Moment, selector: str, *, run: str) -> list[Interviewed]:
    """Those whom a selector means, in their order: `Guard_417`, `417`, `@ben`, `role:guard`.

    Args:
        run: its id, for messages.

    Raises:
        NotFound: nobody is meant; the nearest names are told. Or no model plays whoever is meant.
    """
    everybody, text = respondents(moment), selector.strip()
    if text.lower().startswith(ROLE):
        role = text[len(ROLE) :].strip()
        matches = [one for one in everybody if one.role.casefold() == role.casefold()]
    else:
        matches = _of_name(everybody, text)
    if matches:
        return matches
    mute = _of_name([Interviewed(name, "", "") for name in without_model(moment)], text)
    if mute:
        raise NotFound(f"{mute[0].name} of run {run[:12]} is played by no model, and cannot be asked")
    names = [*(one.name for one in everybody), *dict.fromkeys(f"{ROLE}{one.role}" for one in everybody)]
    raise NotFound(f"nobody {selector!r} can be asked in run {run[:12]}; {did_you_mean(text.lstrip('@'), names)}")


def choose_agent(moment: Moment, selector: str, *, run: str) -> Interviewed:
    """The one whom a selector means.

    Raises:
        NotFound: as `choose_agents`.
        Ambiguous: several are meant.
    """
    matches = choose_agents(moment, selector, run=run)
    if len(matches) > 1:
        listed = ", ".join(one.name for one in matches[:_MOST_LISTED])
        more = ", ..." if len(matches) > _MOST_LISTED else ""
        raise Ambiguous(f"{selector!r} means {len(matches)} agents of run {run[:12]}; name one: {listed}{more}")
    return matches[0]


def _of_name(agents: Sequence[Interviewed], text: str) -> list[Interviewed]:
    name = text.removeprefix("@")
    exact = [one for one in agents if one.name == name]
    if exact:
        return exact
    folded = [one for one in agents if one.name.casefold() == name.casefold()]
    if folded or not name.isdecimal():
        return folded
    return [one for one in agents if one.name.rpartition("_")[2] == name]
