"""How much a conversation asks, known without playing it."""

from __future__ import annotations

from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.conversation.resolve import Shape, shape
from sociarium.experiment.conversation.settable import LENGTH
from sociarium.experiment.definition import Probe
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.run_content import shares


def counting(definition: ConversationDefinition) -> tuple[str, ...]:
    """The slots that decide how much is asked."""
    agents = (f"agents.{role}" for role in definition.roles)
    return (*LENGTH, "speaker_selection", "first_speaker", *agents)


def counts(definition: ConversationDefinition, settings: Settings) -> dict[str, int]:
    """Messages, and calls by purpose, of one run in which every reply is good at once."""
    condition = shape(definition, settings)
    scripted = _scripted_messages(definition, condition)
    speakers = [role for role, spec in definition.roles.items() if spec.script is None and condition.counts[role]]
    messages = condition.messages if speakers else scripted
    return {
        "messages": messages,
        "agent": messages - scripted,
        "summarizer": condition.days - 1 if definition.summarizer else 0,
        "manager": _choices(definition, condition, messages),
        "probe": sum(
            _moments(probe, condition.days)
            * sum(condition.counts[role] for role in speakers if role in (probe.of or speakers))
            for probe in definition.probes
        ),
    }


def prepared_populations(definition: ConversationDefinition, design: Design) -> tuple[()]:
    """Nothing is written for the replicates of a conversation before its runs."""
    return ()


def _choices(definition: ConversationDefinition, condition: Shape, messages: int) -> int:
    """Calls to the manager: not for a day's first turn when the first speaker is given."""
    if condition.speaker_selection != "auto" or sum(condition.counts.values()) < 2:
        return 0
    return messages - (0 if condition.first_speaker == "random" else min(condition.days, messages))


def _moments(probe: Probe, days: int) -> int:
    """How often a probe is asked of an agent, repeats and all; the last day's end counts once."""
    ends = days if "each_day" in probe.at else int("end" in probe.at)
    return (("start" in probe.at) + ends) * probe.repeats


def _scripted_messages(definition: ConversationDefinition, condition: Shape) -> int:
    """Messages that scripted agents say: exactly in round robin, else as often as chance has it."""
    scripts = {
        (role, number): len(spec.script)
        for role, spec in definition.roles.items()
        if spec.script is not None
        for number in range(condition.counts[role])
    }
    if not scripts:
        return 0
    everybody = [(role, number) for role, count in condition.counts.items() for number in range(count)]
    lines = sum(scripts.values())
    if len(scripts) == len(everybody):
        return min(lines, condition.messages)
    if condition.speaker_selection != "round_robin":
        return min(lines, round(condition.messages * len(scripts) / len(everybody)))
    return _said_in_turn(scripts, everybody, condition)


def _said_in_turn(scripts: dict[tuple[str, int], int], everybody: list[tuple[str, int]], condition: Shape) -> int:
    opening = everybody[0][0] if condition.first_speaker == "random" else condition.first_speaker
    count = 0
    for messages in shares(condition.messages, condition.days):
        place = next(i for i, (role, _) in enumerate(everybody) if role == opening)
        for _ in range(messages):
            while scripts.get(everybody[place % len(everybody)], 1) == 0:
                place += 1
            agent = everybody[place % len(everybody)]
            if agent in scripts:
                scripts[agent] -= 1
                count += 1
            place += 1
    return count
