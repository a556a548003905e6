"""Private questions to people: asked beside the feed, stored, never part of what they remember."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from sociarium.environments.feed.memory import recall as remembering
from sociarium.environments.feed.messages import messages_for
from sociarium.environments.feed.people import PersonState
from sociarium.environments.feed.state import FeedState
from sociarium.environments.feed.visit.prompt_text import standing
from sociarium.environments.probe_forms import ProbeForm, draw_form, forms_of
from sociarium.environments.probes import (
    RETRIES,
    Moments,
    ReadAnswer,
    answer,
    flags,
    read_answer,
    repair_fields,
    schema,
)
from sociarium.environments.requests import AskResult, Prompt, RunEnded, ask_until
from sociarium.environments.stage import Stage
from sociarium.experiment.prompts.placeholders import render
from sociarium.experiment.run_content import ProbeContent
from sociarium.ports.model import ChatMessage
from sociarium.records.events import Happening


async def ask_probe(feed: FeedState, probe: ProbeContent, moment: Moments, stage: Stage) -> None:
    """Ask a probe of everybody of its archetypes side by side, and emit their answers."""
    steps = {
        form.key: partial(_ask_one, feed, form, moment, member)
        for member in feed.people.members
        if member.role in probe.of and member.model is not None
        for form in forms_of(probe, moment, member.handle)
    }
    await stage.together(steps)


def question_to(feed: FeedState, member: PersonState, day: int, *question: str) -> tuple[ChatMessage, ...]:
    """What a person is sent who is asked something privately, when a day is over; 0: before the first one."""
    lately = remembering.recent(member.memory, feed.content.memory, feed.world)
    now = f"Day {day} is over." if day else "The first day has not begun."
    return messages_for(member.system_prompt, [now, standing(member, lately), *question])


async def _ask_one(feed: FeedState, form: ProbeForm, moment: Moments, member: PersonState, stage: Stage) -> None:
    form = draw_form(form, stage)
    content, probe = feed.content, form.probe
    question = render(probe.ask, content.facts, self_name=member.person.name or member.handle)
    before = feed.answers.words_before(member.handle, form)
    model = probe.model or member.model
    assert model is not None
    messages = question_to(feed, member, moment.day, form.message(question, before))
    result: AskResult[ReadAnswer] | None = None
    with suppress(RunEnded):
        result = await ask_until(
            content.models,
            stage,
            form.key,
            Prompt(model, messages, purpose="probe", schema=schema(probe)),
            retries=RETRIES,
            read=lambda reply: read_answer(probe, reply),
        )
    value, call = (answer(result), result.key) if result else (None, None)
    feed.answers.keep(member.handle, form, question, value)
    data = {"name": probe.name, "at": moment.at, "answer": value, "call": call, **form.data(),
            **(repair_fields(result) if result else {})}  # fmt: skip
    marks = flags(result) if result else ("context_cut",)
    text = result.reply.text if result else ""
    happening = Happening("probe", day=moment.day, author=member.handle, role=member.role, content=text, flags=marks,
                          data=data)  # fmt: skip
    stage.emit(form.key, happening)
