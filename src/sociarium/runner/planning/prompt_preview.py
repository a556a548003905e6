"""Every prompt of a sweep as it is rendered, before anything is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.count_text import one_or_many
from sociarium.environments.conversation.agents import cast
from sociarium.environments.conversation.continuation import continuation_of, occasion
from sociarium.environments.conversation.summarizer import prompt_text
from sociarium.environments.probe_forms import question_preview
from sociarium.experiment.definition import Definition
from sociarium.experiment.design.wordings import ReplicateWordings, cycles, wordings_of_replicates
from sociarium.experiment.environments import spec_of
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
MOST_WORDINGS = 60
"""Sets of wordings of one condition on a page."""
_MOST_REPLICATES = 8
"""Replicates that are named one by one."""
_MOST_FEEDS = 32
"""Conditions of a feed, which is rehearsed to show its prompts."""

_CONTINUED = {
    "twice": "for who speaks twice running",
    "silence": "only after empty replies",
}
"""By `occasion`; where the line is never needed it is not shown."""


@dataclass(frozen=True, slots=True)
class PreviewedPrompt:
    """A prompt, who reads it, and in how many of the rendered conditions; names are those of the first replicate.

    Attributes:
        replicates: that read it, from 1; empty where all do.
    """

    user: str
    text: str
    conditions: int
    replicates: tuple[int, ...] = ()

    @property
    def reader(self) -> str:
        """Who reads it, and in which replicates where others read another wording."""
        return f"{self.user}, {replicates_text(self.replicates)}" if self.replicates else self.user

    def as_dict(self) -> dict[str, Any]:
        """As `--json` prints it."""
        found = {"user": self.user, "text": self.text, "conditions": self.conditions}
        return found | ({"replicates": list(self.replicates)} if self.replicates else {})


@dataclass(frozen=True, slots=True)
class PromptPreview:
    """The different prompts of a sweep."""

    prompts: tuple[PreviewedPrompt, ...]
    rendered: int
    left_out: int

    def as_list(self) -> list[dict[str, Any]]:
        """As `--json` prints it."""
        return [prompt.as_dict() for prompt in self.prompts]


def preview_prompts(definition: Definition, sweep_name: str) -> PromptPreview:
    """Render the prompts of a sweep's conditions, in every wording that its replicates read; equal ones are given once.

    The first `MOST_CONDITIONS` are rendered, less where there are many wordings.
    """
    size, most = design_of(definition, sweep_name).size, _limit_of(definition)
    wordings = _wordings(definition, sweep_name)[:most]
    previewed = min(size, max(1, most // len(wordings)))
    return PromptPreview(
        tuple(sorted(_preview(definition, sweep_name, range(previewed), wordings), key=_by_user)),
        previewed,
        size - previewed,
    )


def condition_prompts(definition: Definition, sweep_name: str, number: int) -> list[PreviewedPrompt]:
    """Who reads which text in a condition of a sweep; names are those of the first replicate.

    Of a feed, which is rehearsed for it, the wordings of the first replicate are given.

    Args:
        number: of the condition, 0 ... size-1.
    """
    wordings = _wordings(definition, sweep_name)[: 1 if definition.environment == "feed" else MOST_WORDINGS]
    return _preview(definition, sweep_name, [number], wordings)


def replicates_text(replicates: Sequence[int]) -> str:
    """`replicate 2`, `replicates 2, 5, 8 ...`."""
    shown = ", ".join(str(number) for number in replicates[:_MOST_REPLICATES])
    more = " ..." if len(replicates) > _MOST_REPLICATES else ""
    return f"{one_or_many(len(replicates), 'replicate', 'replicates')} {shown}{more}"


def _limit_of(definition: Definition) -> int:
    return _MOST_FEEDS if definition.environment == "feed" else MOST_CONDITIONS


def _wordings(definition: Definition, sweep_name: str) -> list[ReplicateWordings]:
    sweep = definition.all_sweeps[sweep_name]
    lengths = cycles(spec_of(definition).texts(definition))
    return wordings_of_replicates(lengths, seed=sweep.seed, replicates=sweep.replicates)


def _preview(
    definition: Definition, sweep_name: str, numbers: Sequence[int], wordings: Sequence[ReplicateWordings]
) -> list[PreviewedPrompt]:
    """The different prompts of some conditions, in the order in which they are met."""
    design, sweep = design_of(definition, sweep_name), definition.all_sweeps[sweep_name]
    readings: dict[tuple[str, str], tuple[set[int], dict[int, None]]] = {}
    for number in numbers:
        levels = design.settings(design.levels(number))
        for some in wordings:
            content = resolve(definition, {**levels, **some.settings}, streams=sweep.streams)
            for prompt in _prompts(content, sweep.seed):
                conditions, replicates = readings.setdefault(prompt, (set(), {}))
                conditions.add(number)
                replicates.update(dict.fromkeys(some.replicates))
    every = sum(len(some.replicates) for some in wordings)
    return [
        PreviewedPrompt(user, text, len(conditions), tuple(sorted(replicates)) if len(replicates) < every else ())
        for (user, text), (conditions, replicates) in readings.items()
    ]


def _by_user(prompt: PreviewedPrompt) -> str:
    return prompt.user


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
    prompts += [question_preview(one, content.probes, content.facts) for one in content.probes]
    prompts += [(f"event {event.name}", render(event.text, content.facts)) for event in content.events]
    return prompts
