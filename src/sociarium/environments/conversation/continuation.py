"""The continuation line: what an agent reads where a request would otherwise end with its own message."""

from __future__ import annotations

from typing import Literal

from sociarium.experiment.prompts.placeholders import render
from sociarium.experiment.run_content import Content

CONTINUATION = "It is your turn to speak."
"""The line where a file writes no `continuation:`. Part of the rules: another wording is another PROTOCOL.

It hands over the turn and does nothing else: no "continue" or "go on", which asks for more of the same; no "answer",
which nobody waits for; no "again" and no "nobody has spoken since", which would be a remark on the group.
"""

Occasion = Literal["never", "silence", "twice"]
"""When a conversation can need the line. twice: an agent may be chosen twice running. silence: only where every
message between two of an agent's own stays empty."""


def continuation_of(content: Content, name: str) -> str:
    """The line as an agent reads it."""
    return render(CONTINUATION if content.continuation is None else content.continuation, content.facts, self_name=name)


def occasion(content: Content) -> Occasion:
    """When the line can be needed, from who takes part and how speakers are chosen.

    A manager or a person may choose the same agent again. Otherwise somebody speaks twice running only when nobody
    else is able to: alone from the beginning, or because everybody else has a script that has come to its end.
    """
    longest = max(content.messages_of_days)
    agents = sum(role.count for role in content.roles if role.script is None and role.model is not None)
    lines = sum(role.count * len(role.script) for role in content.roles if role.script is not None)
    if not agents or longest < 2:
        return "never"
    if content.speaker_selection in {"auto", "manual"}:
        return "twice"
    if agents == 1:
        return "twice" if content.messages >= lines + 2 else "never"
    between = agents - 1 if content.speaker_selection == "round_robin" else 1
    return "silence" if longest >= between + 2 else "never"
