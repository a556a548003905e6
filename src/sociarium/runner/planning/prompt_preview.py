"""Every prompt of a sweep as it is rendered, before anything is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sociarium.environments.conversation.agents import cast
from sociarium.environments.conversation.continuation import continuation_of, occasion
from sociarium.environments.conversation.summarizer import prompt_text
from sociarium.environments.probe_forms import question_preview
from sociarium.experiment.definition import Definition
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.prompts.placeholders import render
from sociarium.experiment.resolve import resolve
from sociarium.experiment.stored_content import RunContent
from sociarium.experiment.validation import design_of
from sociarium.records.runs import Run
from sociarium.runner.planning.feed_prompt_preview import feed_prompts
from sociarium.runner.run.replay_recorder import ReplayRecorder
from sociarium.runner.run.stage import RunStage

MOST_CONDITIONS = 2000
_MOST_FEEDS = 32
"""Conditions of a feed, which is rehearsed to show its prompts."""

_CONTINUED = {
    "twice": "for who speaks twice running",
    "silence": "only after empty replies",
}
"""By `occasion`; where the line is never needed it is not shown."""


@dataclass(frozen=True, slots=True)
class PreviewedPrompt:
    """A prompt, who reads it, and in how many of the rendered conditions; names are those of the first replicate."""

    user: str
    text: str
    conditions: int


@dataclass(frozen=True, slots=True)
class PromptPreview:
    """The different prompts of a sweep."""

    prompts: tuple[PreviewedPrompt, ...]
    rendered: int
    left_out: int

    def as_list(self) -> list[dict[str, Any]]:
        """As `--json` prints it."""
        return [{"user": one.user, "text": one.text, "conditions": one.conditions} for one in self.prompts]


def preview_prompts(definition: Definition, sweep_name: str) -> PromptPreview:
    """Render the prompts of a sweep's conditions, the first `MOST_CONDITIONS`; equal ones are given once."""
    design, sweep = design_of(definition, sweep_name), definition.all_sweeps[sweep_name]
    previewed = min(design.size, _MOST_FEEDS if definition.environment == "feed" else MOST_CONDITIONS)
    conditions_of: dict[tuple[str, str], int] = {}
    for number in range(previewed):
        content = resolve(definition, design.settings(design.levels(number)), streams=sweep.streams)
        for prompt in dict.fromkeys(_prompts(content, sweep.seed)):
            conditions_of[prompt] = conditions_of.get(prompt, 0) + 1
    prompts = tuple(
        PreviewedPrompt(user, text, count) for (user, text), count in sorted(conditions_of.items(), key=_by_user)
    )
    return PromptPreview(prompts, previewed, design.size - previewed)


def condition_prompts(definition: Definition, sweep_name: str, number: int) -> list[tuple[str, str]]:
    """Who reads which text in a condition of a sweep; names are those of the first replicate.

    Args:
        number: of the condition, 0 ... size-1.
    """
    design, sweep = design_of(definition, sweep_name), definition.all_sweeps[sweep_name]
    content = resolve(definition, design.settings(design.levels(number)), streams=sweep.streams)
    return list(dict.fromkeys(_prompts(content, sweep.seed)))


def _by_user(item: tuple[tuple[str, str], int]) -> str:
    return item[0][0]


def _prompts(content: RunContent, seed: int) -> list[tuple[str, str]]:
    if isinstance(content, FeedContent):
        return feed_prompts(content, seed)
    run = Run("plan", "", "", 1, seed, "", "plan", "")
    stage = RunStage(run, content.streams, ReplayRecorder(run.id, {}, None))
    agents = cast(content, stage)
    prompts = [(f"agent {agent.name}", agent.system_prompt) for agent in agents if agent.lines is None]
    prompts.append(("starting message", render(content.starting_message, content.facts)))
    if when := _CONTINUED.get(occasion(content)):
        lines = dict.fromkeys(continuation_of(content, agent.name) for agent in agents if agent.lines is None)
        prompts += [(f"continuation line, {when}", line) for line in lines]
    for user, prompt in (("summarizer", content.summarizer), ("manager", content.manager)):
        if prompt:
            prompts.append((user, prompt_text(content, prompt)))
    prompts += [(f"probe {one.name}", question_preview(one, content.probes, content.facts)) for one in content.probes]
    prompts += [(f"event {event.name}", render(event.text, content.facts)) for event in content.events]
    return prompts
