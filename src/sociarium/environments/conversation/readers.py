"""How each agent of a conversation reads it, and whose labels are cut from what it says."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.environments.conversation.agents import Agent
from sociarium.environments.conversation.continuation import continuation_of
from sociarium.environments.conversation.parsing import Names, names_for
from sociarium.environments.conversation.transcript import Reader
from sociarium.experiment.run_content import Content


def names_of(content: Content, agents: Sequence[Agent]) -> dict[str, Names]:
    """By an agent's name: whose labels are cut from its words."""
    everybody = {agent.name: agent.labels for agent in agents}
    authors = [event.author for event in content.events]
    return {agent.name: names_for(agent.name, everybody, authors) for agent in agents}


def readers_of(content: Content, agents: Sequence[Agent]) -> dict[str, Reader]:
    """By an agent's name: how those whom models play are sent a day."""
    prefix = content.speaker_prefix == "always"
    return {
        agent.name: Reader(agent.name, agent.system_prompt, continuation_of(content, agent.name), prefix=prefix)
        for agent in agents
        if agent.lines is None
    }
