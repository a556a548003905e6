"""In what conversations of an experiment of the earlier simulator differ: the levels of its conditions."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sociarium.exchange.legacy.definitions import MappedExperiment
from sociarium.exchange.legacy.records import LegacyConversation
from sociarium.experiment.canonical import short_id
from sociarium.experiment.conversation.settable import SPEAKER_SELECTIONS
from sociarium.experiment.prompts.placeholders import render
from sociarium.experiment.run_content import Content
from sociarium.experiment.sweep import Level

_LONGEST = 60
"""Characters of an opening as a level."""


def known_selection(conversation: LegacyConversation) -> str | None:
    """How speakers were chosen, as it is called here; None where it is not known here."""
    selection = "_".join(conversation.speaker_selection.lower().replace("-", " ").replace("_", " ").split())
    return selection if selection in SPEAKER_SELECTIONS else None


def condition_of(
    conversation: LegacyConversation, experiment: MappedExperiment, content: Content, counts: Mapping[str, int]
) -> dict[str, Level]:
    """The condition of a run; its opening stands in it where it is another one than the experiment's."""
    selection = known_selection(conversation) or conversation.speaker_selection or content.speaker_selection
    levels: dict[str, Level] = {
        "model": next(iter(content.models)),
        "messages": content.messages,
        "days": content.days,
        "speaker_selection": selection,
        **{f"agents.{role}": count for role, count in counts.items()},
    }
    usual = experiment.definition.starting_message
    if not isinstance(usual, str) or render(usual, content.facts) != (
        own := render(content.starting_message, content.facts)
    ):
        levels["starting_message"] = _level_of_text(own)
    return levels


def planned_condition(conversation: LegacyConversation, experiment: MappedExperiment) -> str:
    """Equal for conversations of one condition, as far as their own documents say."""
    agents = sorted((conversation.agents or {}).items())
    model = experiment.model_of(conversation.llm) or experiment.name_of_other(conversation.llm)
    selection = known_selection(conversation) or conversation.speaker_selection
    opening = conversation.starting_message
    return json.dumps([model, conversation.n_messages, conversation.days, selection, agents, opening], sort_keys=True)


def _level_of_text(text: str) -> str:
    """A text as a level of tables: on one line, and known from others that begin alike."""
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}… ({short_id('opening', text)[:6]})"
