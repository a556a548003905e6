"""How a probe stands before an agent: how often, in which order, and after which answer of its own.

A form is drawn by the moment and the agent, never by the condition, so that replicates share it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sociarium.environments.probes import Answer, Moments, instruction
from sociarium.environments.requests import JOINT
from sociarium.environments.stage import Stage
from sociarium.experiment.prompts.placeholders import RoleFacts, render
from sociarium.experiment.run_content import ProbeContent

DESCENDING, ASCENDING = "descending", "ascending"


@dataclass(slots=True)
class EarlierAnswers:
    """What agents were asked and answered so far, for probes that come `after` another one.

    Of each agent, probe and repeat the last asking stands.
    """

    _by_asking: dict[tuple[str, str, int], tuple[str, Answer | None]] = field(default_factory=dict)

    def keep(self, agent: str, form: ProbeForm, question: str, answer: Answer | None) -> None:
        """Note what an agent answered."""
        self._by_asking[(agent, form.probe.name, form.repeat)] = (question, answer)

    def words_before(self, agent: str, form: ProbeForm) -> str:
        """What is said of the earlier answer before the question; nothing where there is none.

        A repeat is told of the same repeat of the earlier probe, or of its first where that has fewer.
        """
        after = form.probe.after
        if after is None:
            return ""
        earlier = self._by_asking.get((agent, after, form.repeat)) or self._by_asking.get((agent, after, 1))
        return "" if earlier is None else earlier_words(*earlier)


def earlier_words(question: str, answer: Answer | None) -> str:
    """How an agent is reminded of its own earlier answer."""
    reply = "You gave no answer that fits." if answer is None else f"You answered: {answer}"
    return f"Earlier you were asked: {question}\n{reply}"


@dataclass(frozen=True, slots=True)
class ProbeForm:
    """One asking of a probe.

    Attributes:
        probe: with its choices in the order in which they are shown.
        key: of the asking in the journal.
        repeat: from 1.
        direction: of a scale whose direction is drawn; None elsewhere.
    """

    probe: ProbeContent
    key: str
    repeat: int = 1
    direction: str | None = None

    def message(self, question: str, before: str) -> str:
        """Everything that the agent is asked: what it answered earlier, the question, how to answer."""
        parts = (before, question, instruction(self.probe, descending=self.direction == DESCENDING))
        return JOINT.join(part for part in parts if part)

    def data(self) -> dict[str, Any]:
        """What an event says of it; nothing where the probe has neither repeats nor a drawn order."""
        data: dict[str, Any] = {"repeat": self.repeat} if self.probe.repeats > 1 else {}
        if self.probe.shuffle:
            data["shown"] = list(self.probe.choices) if self.probe.choices else self.direction
        return data


def forms_of(probe: ProbeContent, moment: Moments, agent: str) -> Iterator[ProbeForm]:
    """Every asking of a probe of an agent at a moment; keys differ, so draws and derived seeds do."""
    key = f"{moment.key}/probe/{probe.name}/{agent}"
    for repeat in range(1, probe.repeats + 1):
        yield ProbeForm(probe, key if repeat == 1 else f"{key}/repeat{repeat}", repeat)


def draw_form(form: ProbeForm, stage: Stage) -> ProbeForm:
    """The form with the order of its choices, or the direction of its scale, where these are drawn."""
    if not form.probe.shuffle:
        return form
    draws = stage.rng(f"{form.key}/order")
    if form.probe.choices:
        order = tuple(draws.shuffle(form.probe.choices))
        return replace(form, probe=form.probe.model_copy(update={"choices": order}))
    return replace(form, direction=DESCENDING if draws.below(2) else ASCENDING)


def question_preview(
    probe: ProbeContent, probes: Sequence[ProbeContent], facts: Sequence[RoleFacts]
) -> tuple[str, str]:
    """A probe as a plan names it, and what is asked: with dots for an earlier answer, and how to answer."""
    earlier = next((one for one in probes if one.name == probe.after), None)
    before = earlier_words(render(earlier.ask, facts), "...") if earlier else ""
    how = instruction(probe)
    drawn = "choices in a drawn order" if probe.choices else "the scale from a drawn end"
    name = f"probe {probe.name}, {drawn}" if probe.shuffle and how else f"probe {probe.name}"
    return name, JOINT.join(part for part in (before, render(probe.ask, facts), how) if part)
