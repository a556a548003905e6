"""Looking back: memory is condensed every few days, so that a long life fits into a short prompt."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from sociarium.environments.feed.memory.recall import to_condense
from sociarium.environments.feed.messages import messages_for
from sociarium.environments.feed.people import PersonState
from sociarium.environments.feed.quotation import quote
from sociarium.environments.feed.state import FeedState
from sociarium.environments.feed.visit.drafts import read_text
from sociarium.environments.requests import AskResult, Prompt, RunEnded, ask_until
from sociarium.environments.stage import Stage
from sociarium.environments.structured_output import words_in
from sociarium.environments.template_tokens import spoken_words
from sociarium.experiment.prompts.placeholders import render
from sociarium.records.events import Happening

RETRIES = 2


async def reflect(feed: FeedState, day: int, stage: Stage) -> None:
    """Let everybody who did or met something since the last time write down what they want to keep."""
    rules = feed.content.memory
    steps = {
        f"day{day}/{member.handle}/reflect": partial(_reflect, feed, member, day)
        for member in feed.people.members
        if member.model is not None and len(member.memory.deeds) > member.memory.reflected
    }
    members = {f"day{day}/{member.handle}/reflect": member for member in feed.people.members}
    answers: Mapping[str, AskResult[str] | None] = await stage.together(steps)
    for key, result in answers.items():
        member, text, flags = members[key], "", []
        if result is None:
            flags.append("context_cut")
        elif result.value is None:
            flags.append("refused" if result.reply.finish_reason == "refused" else "empty")
        else:
            text, cut = words_in(result.value, most=rules.max_words)
            member.memory.condensed = text
            member.memory.reflected = len(member.memory.deeds)
            flags += ["template_tokens"] if spoken_words(result.reply)[1] else []
            flags += ["retried"] if result.attempts > 1 else []
            flags += ["words_cut"] if cut else []
        data = {"call": result.key if result else None}
        happening = Happening("state", day=day, author=member.handle, role=member.role, content=text,
                              flags=tuple(flags), data=data)  # fmt: skip
        stage.emit(key, happening)


async def _reflect(feed: FeedState, member: PersonState, day: int, stage: Stage) -> AskResult[str] | None:
    content, memory = feed.content, member.memory
    assert member.model is not None
    words = render(content.prompts.reflect, content.facts, self_name=member.person.name or member.handle)
    parts = [
        f"Day {day} is over.",
        f"## What you wrote down to remember\n\n{quote(memory.condensed)}" if memory.condensed else "",
        f"## Your state of mind\n\n{quote(member.state)}" if member.state else "",
        "## What you did and read since\n\n" + "\n".join(to_condense(memory, feed.world)),
        words,
        f"Use at most {content.memory.max_words} words; what you wrote down before and leave out now is forgotten.",
    ]
    messages = messages_for(member.system_prompt, parts)
    try:
        result = await ask_until(
            content.models,
            stage,
            f"day{day}/{member.handle}/reflect",
            Prompt(content.model_of_call("reflect", member.model), messages, purpose="reflect"),
            retries=RETRIES,
            read=read_text,
        )
    except RunEnded:
        return None
    return None if result.cut else result
