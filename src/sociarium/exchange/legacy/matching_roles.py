"""Which role of an experiment of the earlier simulator a name means."""

from __future__ import annotations

from collections.abc import Iterable

from sociarium.exchange.legacy.records import RESEARCHER, LegacyMessage
from sociarium.experiment.prompts.placeholders import role_key


def matching_role(name: str, roles: Iterable[str]) -> str | None:
    """The role of an experiment that a name means, in whatever case; None where it means none."""
    roles = tuple(roles)
    if name in roles:
        return name
    key = role_key(name)
    return next((role for role in roles if role_key(role) == key), None)


def speaking_role(message: LegacyMessage, roles: Iterable[str]) -> str | None:
    """The role of who spoke; None where it is none of the experiment's.

    A message's role is its speaker up to the first underscore there, which is no role where roles have underscores
    themselves: `prison_guard_1` is `Prison` there. Such a speaker is known by what stands before the last one.
    """
    roles = tuple(roles)
    stem = message.speaker.rpartition("_")[0]
    written = matching_role(message.role, roles)
    if stem and message.role.casefold() == stem.partition("_")[0].casefold():
        return matching_role(stem, roles) or written
    return written


def is_researcher(message: LegacyMessage, roles: Iterable[str]) -> bool:
    """Whether the researcher spoke, who has no number; a role of that name has agents, who have one."""
    names = {message.role.casefold(), message.speaker.partition("_")[0].casefold()}
    if RESEARCHER not in names:
        return False
    return message.speaker.casefold() == RESEARCHER or speaking_role(message, roles) is None
