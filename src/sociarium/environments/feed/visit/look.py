"""The look around at the beginning of a visit: posts are read and judged, reactions drawn, decisions taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from sociarium.environments.feed.network.reader import ListName
from sociarium.environments.feed.timeline import Exposure
from sociarium.environments.feed.visit.decisions import (
    Authors,
    Intent,
    properties,
    read_intent,
    split_by_follow,
    with_suggested,
)
from sociarium.environments.feed.visit.prompts import plan_parts, read_parts, together_parts, with_suggestions
from sociarium.environments.feed.visit.reactions import (
    REACTIONS,
    Answers,
    Judgement,
    judgements_of,
    object_of,
    read_answers,
    schema_of,
)
from sociarium.environments.feed.visit.steps import StepLog, Steps
from sociarium.environments.stage import Stage
from sociarium.environments.structured_output import ReadObject, read_object
from sociarium.ports.model import ModelReply


class Look(NamedTuple):
    """What a look around came to.

    Attributes:
        judgements: of the posts whose answers could be read, in the order in which they were shown.
        intent: None when the decisions could not be read.
    """

    judgements: list[Judgement]
    intent: Intent | None


async def look_by_list(now: str, exposures: Sequence[Exposure], steps: Steps, stage: Stage) -> Look:
    """Read the lists side by side, a call each; then decide, in a call that is told the reactions."""
    feed, member = steps.feed, steps.member
    answers: dict[str, Mapping[str, Any]] = {}
    lists = _lists(exposures)
    if lists:
        calls = {
            f"{steps.key}/read/{name}": partial(_read_list, name, some, now, steps) for name, some in lists.items()
        }
        for part in (await stage.together(calls)).values():
            answers |= part or {}
    judgements = judgements_of(exposures, answers, stage, steps.key)
    for one in judgements:
        _note_judgement(one, f"read/{one.exposure.list}", steps.log)
    authors = _authors(exposures, steps)
    rules = feed.content.memory
    result = await steps.ask(
        "plan",
        with_suggestions(plan_parts(now, judgements, authors, feed, member, is_empty=not exposures), steps.suggested),
        stage,
        read=lambda reply: _intent_in(reply, steps, authors),
        schema=object_of(properties(authors, rules)),
    )
    intent, repairs = result.value if result and result.value else (None, ())
    steps.log.note_repairs("plan", repairs)
    _note_intent(intent, "plan", steps.log)
    return Look(judgements, intent)


async def look_at_once(now: str, exposures: Sequence[Exposure], steps: Steps, stage: Stage) -> Look:
    """Read every list and decide, in one call."""
    feed, member = steps.feed, steps.member
    authors = _authors(exposures, steps)
    schema = properties(authors, feed.content.memory)
    if exposures:
        schema = {"posts": schema_of(exposures), **schema}

    def read(reply: ModelReply) -> tuple[Answers, Intent, tuple[str, ...]] | None:
        answer = _object_in(reply)
        if answer is None:
            return None
        answers = read_answers(answer.value, exposures) if exposures else {}
        intent = read_intent(answer.value, member, feed.people, feed.content.memory, authors)
        return None if answers is None or intent is None else (answers, intent, answer.repairs)

    parts = together_parts(now, _lists(exposures).values(), authors, feed, member)
    parts = with_suggestions(parts, steps.suggested)
    result = await steps.ask("read", parts, stage, read=read, schema=object_of(schema))
    answers, intent, repairs = result.value if result and result.value else ({}, None, ())
    steps.log.note_repairs("read", repairs)
    judgements = judgements_of(exposures, answers, stage, steps.key)
    for one in judgements:
        _note_judgement(one, "read", steps.log)
    _note_intent(intent, "read", steps.log)
    return Look(judgements, intent)


def _authors(exposures: Sequence[Exposure], steps: Steps) -> Authors:
    """Whom somebody can follow, leave or mute in a visit."""
    feed = steps.feed
    authors = split_by_follow(steps.member, exposures, feed.people, may_mute=feed.content.feed.mute)
    return with_suggested(authors, steps.suggested)


async def _read_list(
    name: ListName, exposures: Sequence[Exposure], now: str, steps: Steps, stage: Stage
) -> Answers | None:
    result = await steps.ask(
        f"read/{name}",
        read_parts(now, exposures, steps.feed, steps.member),
        stage,
        read=lambda reply: _answers_in(reply, exposures),
        schema=object_of({"posts": schema_of(exposures)}),
    )
    answers, repairs = result.value if result and result.value else (None, ())
    steps.log.note_repairs(f"read/{name}", repairs)
    return answers


_KEYS = ("posts", "follow", "unfollow", "mute", "unmute", "plan", "state", *REACTIONS, "sentiment", "words")
_DEPTH = 3
"""Keys of an answer, of its posts and of what is said of each."""


def _object_in(reply: ModelReply) -> ReadObject | None:
    return read_object(reply.text, _KEYS, cut=reply.finish_reason == "length", depth=_DEPTH)


def _intent_in(reply: ModelReply, steps: Steps, authors: Authors) -> tuple[Intent, tuple[str, ...]] | None:
    answer = _object_in(reply)
    if answer is None:
        return None
    intent = read_intent(answer.value, steps.member, steps.feed.people, steps.feed.content.memory, authors)
    return None if intent is None else (intent, answer.repairs)


def _answers_in(reply: ModelReply, exposures: Sequence[Exposure]) -> tuple[Answers, tuple[str, ...]] | None:
    answer = _object_in(reply)
    answers = None if answer is None else read_answers(answer.value, exposures)
    return None if answer is None or answers is None else (answers, answer.repairs)


def _lists(exposures: Sequence[Exposure]) -> dict[ListName, list[Exposure]]:
    lists: dict[ListName, list[Exposure]] = {}
    for one in exposures:
        lists.setdefault(one.list, []).append(one)
    return lists


def _note_judgement(judgement: Judgement, step: str, log: StepLog) -> None:
    log.note_repair(step, len(judgement.repaired))
    if judgement.cut:
        log.note_cut_words()


def _note_intent(intent: Intent | None, step: str, log: StepLog) -> None:
    if intent is not None:
        log.note_repair(step, intent.repaired)
        if intent.cut:
            log.note_cut_words()
