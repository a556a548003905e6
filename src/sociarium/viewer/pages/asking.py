"""Asking an agent about a run: who can be asked, as of when, and what was answered so far."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sociarium.environments.interviews import spoken_answer
from sociarium.errors import BadInput
from sociarium.exchange.feed_reading import FeedReading
from sociarium.exchange.interviews import interview_document
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.run_moments import END, read_moment
from sociarium.experiment.stored_content import AnyContent
from sociarium.ports.store import Store
from sociarium.records.interviews import Interview
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.viewer.labels import marks
from sociarium.viewer.pages.turns import LONGEST, Words
from sociarium.viewer.person_marks import mark_of_person

_MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class AgentChoice:
    """Who can be asked."""

    name: str
    role: str
    mark: str


@dataclass(frozen=True, slots=True)
class InterviewAnswer:
    """A question and what was answered.

    Attributes:
        value: as it was read, where an answer of a form was asked for; None where none fits.
        cost: in words; empty where no price is known.
    """

    id: str
    question: str
    form: str
    value: str | None
    words: Words
    flags: tuple[str, ...]
    model: str
    is_other_model: bool
    tokens: int | None
    cost: str
    by: str
    asked: str


@dataclass(frozen=True, slots=True)
class SittingLine:
    """A sitting of the run, as a line of the list."""

    sitting: str
    agent: str
    at: str
    questions: int
    first: str
    by: str
    asked: str


@dataclass(frozen=True, slots=True)
class TypedQuestion:
    """What stands in the form of a question.

    Attributes:
        fault: why it was refused; empty where none was.
    """

    question: str = ""
    form: str = ""
    model: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class AskingPage:
    """Whom to ask, as of when, and what was answered in the sitting that is open.

    Attributes:
        agent: who is asked; empty while nobody was chosen.
        at: the moment, as people write it.
        sitting: what is gone on with; empty for a new one.
        others: sittings of this run, the latest first.
        is_feed: whether moments are days.
    """

    run: str
    experiment: Experiment | None
    sweep: SweepRecord | None
    agents: tuple[AgentChoice, ...]
    agent: str
    at: str
    sitting: str
    answers: tuple[InterviewAnswer, ...]
    others: tuple[SittingLine, ...]
    is_feed: bool


def asking_page(
    store: Store,
    run_id: str,
    content: AnyContent,
    agents: Sequence[AgentChoice],
    *,
    agent: str = "",
    at: str = "",
    sitting: str = "",
) -> AskingPage:
    """A page by its run.

    Args:
        content: the run's.
        agents: who can be asked.
        agent: a name or a handle; whoever is not there is not chosen.
        at: as people write it; the end by default.
        sitting: its id; agent and moment are its own then.

    Raises:
        BadInput: it is no conversation and no feed, or has no such moment or sitting.
    """
    if isinstance(content, PopulationContent):
        raise BadInput("a population is nobody who could be asked; open a run of its feed")
    interviews = store.interviews(run_id)
    open_ones = [one for one in interviews if one.sitting == sitting] if sitting else []
    if sitting and not open_ones:
        raise BadInput(f"this run has no sitting {sitting[:12]!r}")
    if open_ones:
        agent, at = open_ones[0].agent, open_ones[0].at
    members = store.members_of_run(run_id)
    sweep = store.sweep(members[0].sweep) if members else None
    return AskingPage(
        run=run_id,
        experiment=store.experiment(sweep.experiment) if sweep else None,
        sweep=sweep,
        agents=tuple(agents),
        agent=next((one.name for one in agents if one.name == agent.lstrip("@")), ""),
        at=read_moment(at or END, content).name,
        sitting=sitting,
        answers=tuple(map(_answer, open_ones)),
        others=_sittings(interviews),
        is_feed=content.environment == "feed",
    )


def agents_of_conversation(store: Store, run_id: str) -> list[AgentChoice]:
    """Those of a conversation who spoke by a model."""
    happenings = (event.happening for event in store.events(run_id))
    people = [what for what in happenings if what.kind == "agent" and "model" in what.data]
    mark = marks(what.role for what in people)
    return [AgentChoice(what.author, what.role, mark[what.role]) for what in people]


def people_of_feed(read: FeedReading) -> list[AgentChoice]:
    """Those of a feed whom a model plays."""
    return [
        AgentChoice(handle, person["role"], mark_of_person(read, handle))
        for handle, person in read.people.items()
        if person["model"]
    ]


def _answer(one: Interview) -> InterviewAnswer:
    document = interview_document(one)
    text, value = spoken_answer(one.text), document["answer"]
    tokens = (document["prompt_tokens"], document["completion_tokens"])
    return InterviewAnswer(
        id=one.id,
        question=one.question,
        form=one.form,
        value=None if value is None or not one.form else json.dumps(value, ensure_ascii=False).strip('"'),
        words=Words(text[:LONGEST], len(text.split()), len(text) > LONGEST),
        flags=one.flags,
        model=one.provider_model or one.model,
        is_other_model=one.other_model,
        tokens=None if None in tokens else sum(tokens),
        cost="" if one.cost is None else f"{one.cost:.4f} USD" if one.cost else "no cost",
        by=one.by,
        asked=one.asked,
    )


def _sittings(interviews: Sequence[Interview]) -> tuple[SittingLine, ...]:
    by_sitting: dict[str, list[Interview]] = {}
    for one in interviews:
        by_sitting.setdefault(one.sitting, []).append(one)
    lines = [
        SittingLine(sitting, some[0].agent, some[0].at, len(some), some[0].question, some[0].by, some[-1].asked)
        for sitting, some in by_sitting.items()
    ]
    return tuple(sorted(lines, key=lambda line: line.asked, reverse=True)[:_MOST_LISTED])
