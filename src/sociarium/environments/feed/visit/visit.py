"""One person's log-on: they look around, judge, decide, write and post; nothing of it changes the world yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, TypeVar

from sociarium.environments.feed.memory import recall as remembering
from sociarium.environments.feed.memory.recall import Activity
from sociarium.environments.feed.messages import messages_for
from sociarium.environments.feed.people import People, PersonState
from sociarium.environments.feed.timeline import Exposure, ListName, timeline
from sociarium.environments.feed.visit.decisions import Intent, how, properties, read_intent, split_by_follow
from sociarium.environments.feed.visit.drafts import (
    CHOICE,
    CHOICE_HOW,
    MOST_IN_THREAD,
    Draft,
    is_cut,
    read_choice,
    read_text,
    task,
    thread_text,
)
from sociarium.environments.feed.visit.prompt_text import list_text, mind
from sociarium.environments.feed.visit.reactions import (
    HOW,
    Answers,
    Judgement,
    judge,
    object_of,
    read_answers,
    schema_of,
)
from sociarium.environments.feed.world import Post, World
from sociarium.environments.requests import AskResult, RunEnded, ask_until
from sociarium.environments.stage import Stage
from sociarium.environments.structured_output import read_object
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.prompts.placeholders import render
from sociarium.ports.model import ModelReply

T = TypeVar("T")

RETRIES = 2
"""How often an answer that cannot be read is asked for again."""

Why = Literal["invalid", "empty", "refused", "overlong"]


@dataclass(frozen=True, slots=True)
class Place:
    """What a session sees of everything around it."""

    content: FeedContent
    world: World
    people: People


@dataclass(slots=True)
class PersonVisit:
    """A log-on, and what it came to.

    Attributes:
        key: `day3/economist/1`.
        skipped: steps without an answer that could be used, and why.
        repaired: steps whose answers were read after a repair, with how many values.
        calls: keys of every call, re-asked ones too.
    """

    place: Place
    member: PersonState
    day: int
    minute: int
    ordinal: int
    shown: list[Exposure] = field(default_factory=list)
    judged: list[Judgement] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    intent: Intent = field(default_factory=Intent)
    changed: bool = False
    skipped: list[tuple[str, Why]] = field(default_factory=list)
    repaired: Counter[str] = field(default_factory=Counter)
    calls: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)

    @property
    def key(self) -> str:
        """The beginning of its keys."""
        return f"day{self.day}/{self.member.handle}/{self.ordinal}"

    async def unfold(self, stage: Stage) -> None:
        """Everything that the person does from log-on to log-off; only they themselves are changed by it."""
        content, world, member = self.place.content, self.place.world, self.member
        self.shown = await timeline(content, world, member, self.key, stage)
        seen = " ".join(one.post.content for one in self.shown)
        older = await remembering.recall(member.memory, content.memory, seen, world, stage, self.key)
        lately = remembering.recent(member.memory, content.memory, world)
        now = mind(member, self.day, self.minute, news=member.memory.news(), lately=lately, older=older)
        if content.feed.reading == "together":
            await self._at_once(now, stage)
        else:
            await self._by_list(now, stage)
        self._remember()
        # What was just decided is on their mind when they write.
        now = mind(member, self.day, self.minute, news="", lately=lately, older=older)
        await self._write(now, stage)
        await self._post(now, stage)
        # Steps that are taken side by side end in any order.
        self.calls.sort()
        self.skipped.sort()

    async def _by_list(self, now: str, stage: Stage) -> None:
        lists: dict[ListName, list[Exposure]] = {}
        for one in self.shown:
            lists.setdefault(one.list, []).append(one)
        answers: dict[str, Mapping[str, Any]] = {}
        if lists:
            steps = {f"{self.key}/read/{name}": partial(self._read, name, shown, now) for name, shown in lists.items()}
            for found in (await stage.together(steps)).values():
                answers |= found or {}
        self._judge(answers, stage)
        strange, known = split_by_follow(self.member, self.shown, self.place.people)
        told = "\n".join(_made_of(one) for one in self.judged)
        parts = [
            now,
            f"## What you made of your feed\n\n{told}" if told else self._nothing(),
            self._words("plan"),
            how(strange, known, self.place.content.memory),
        ]
        intent = await self._ask(
            stage,
            "plan",
            parts,
            read=lambda reply: self._intent(read_object(reply.text)),
            schema=object_of(properties(strange, known, self.place.content.memory)),
        )
        self._decide(intent.value if intent else None)

    async def _read(self, name: ListName, shown: Sequence[Exposure], now: str, stage: Stage) -> Answers | None:
        parts = [now, self._list_text(shown), self._words("read"), HOW]
        asked = await self._ask(
            stage,
            f"read/{name}",
            parts,
            read=lambda reply: read_answers(read_object(reply.text), shown),
            schema=object_of({"posts": schema_of(shown)}),
        )
        return asked.value if asked else None

    async def _at_once(self, now: str, stage: Stage) -> None:
        lists: dict[ListName, list[Exposure]] = {}
        for one in self.shown:
            lists.setdefault(one.list, []).append(one)
        strange, known = split_by_follow(self.member, self.shown, self.place.people)
        wanted = properties(strange, known, self.place.content.memory)
        if self.shown:
            wanted = {"posts": schema_of(self.shown), **wanted}
        listed = [self._list_text(some) for some in lists.values()]
        words = [self._words("read"), HOW] if self.shown else [self._nothing()]
        parts = [now, *listed, *words, self._words("plan"), how(strange, known, self.place.content.memory)]

        def read(reply: ModelReply) -> tuple[Answers, Intent] | None:
            given = read_object(reply.text)
            answers = read_answers(given, self.shown) if self.shown else {}
            intent = self._intent(given)
            return None if answers is None or intent is None else (answers, intent)

        found = await self._ask(stage, "read", parts, read=read, schema=object_of(wanted))
        answers, intent = found.value if found and found.value else ({}, None)
        self._judge(answers, stage)
        self._decide(intent)

    def _judge(self, answers: Answers, stage: Stage) -> None:
        self.judged = [
            judge(one, answers[one.post.id], stage, self.key) for one in self.shown if one.post.id in answers
        ]
        for one in self.judged:
            if one.repaired:
                self._note_repaired(f"read/{one.shown.list}", len(one.repaired))
            if one.cut:
                self.flags.add("words_cut")

    def _note_repaired(self, step: str, values: int) -> None:
        """Values of an answer were not given as they were asked for."""
        together = self.place.content.feed.reading == "together"
        self.repaired["read" if together else step] += values
        self.flags.add("repaired")

    def _intent(self, given: Mapping[str, Any] | None) -> Intent | None:
        return read_intent(given, self.member, self.place.people, self.place.content.memory)

    def _decide(self, intent: Intent | None) -> None:
        if intent is None:
            return
        self.intent = intent
        self.member.plan = intent.plan
        if intent.state is not None:
            self.changed = intent.state != self.member.state
            self.member.state = intent.state
        if intent.cut:
            self.flags.add("words_cut")
        if intent.repaired:
            self._note_repaired("plan", intent.repaired)

    def _remember(self) -> None:
        self.member.seen.update(one.post.number for one in self.shown)
        for one in self.judged:
            post = one.shown.post.number
            if one.shown.list == "replies":
                self.member.memory.deeds.append(Activity(self.day, "answered", post, one.words))
            elif not one.drawn and one.sentiment != "neutral":
                self.member.memory.deeds.append(Activity(self.day, "read", post, one.words))
            # Answers and quotes are remembered with their own words, when they take effect.
            for kind in one.drawn:
                if kind == "like" or kind == "repost":
                    self.member.memory.deeds.append(Activity(self.day, kind, post))

    async def _write(self, now: str, stage: Stage) -> None:
        steps: dict[str, Callable[[Stage], Awaitable[Draft | None]]] = {}
        for one in self.judged:
            for kind in one.drawn:
                if kind == "reply" or kind == "quote":
                    step = f"write/{one.shown.post.id}" if kind == "reply" else f"write/{one.shown.post.id}/quote"
                    steps[step] = partial(self._write_draft, step, kind, one, now)
        if steps:
            self.drafts += [draft for draft in (await stage.together(steps)).values() if draft is not None]

    async def _write_draft(
        self, step: str, kind: Literal["reply", "quote"], one: Judgement, now: str, stage: Stage
    ) -> Draft | None:
        place, post = self.place, one.shown.post
        thread = place.world.thread(post.number, most=MOST_IN_THREAD)
        parts = [
            now,
            thread_text(thread, place.world, place.people, place.content),
            task(kind, post, one.sentiment),
            self._words("write"),
        ]
        return await self._ask_draft(stage, step, parts, kind, post, tuple(other.id for other in thread))

    async def _post(self, now: str, stage: Stage) -> None:
        wish = self.place.content.feed.post
        parts = [now, self._words("post")]
        if wish == "chosen":
            await self._own(stage, [*parts, CHOICE_HOW], read=read_choice, schema=CHOICE)
        elif wish == "daily":
            if self.member.posted_on < self.day:
                await self._own(stage, parts)
        elif stage.rng(f"{self.key}/post").random() < wish:
            await self._own(stage, parts)

    async def _own(
        self,
        stage: Stage,
        parts: Sequence[str],
        *,
        read: Callable[[ModelReply], str | None] = read_text,
        schema: Mapping[str, Any] | None = None,
    ) -> None:
        draft = await self._ask_draft(stage, "post", parts, "post", None, (), read=read, schema=schema)
        if draft is not None and draft.text:
            self.member.posted_on = self.day
            self.drafts.append(draft)

    async def _ask_draft(
        self,
        stage: Stage,
        step: str,
        parts: Sequence[str],
        kind: Literal["post", "reply", "quote"],
        parent: Post | None,
        thread: tuple[str, ...],
        *,
        read: Callable[[ModelReply], str | None] = read_text,
        schema: Mapping[str, Any] | None = None,
    ) -> Draft | None:
        asked = await self._ask(stage, step, parts, read=read, schema=schema, why="empty")
        if asked is None or asked.value is None:
            return None
        marks = (
            ("retried", asked.attempts > 1),
            ("token_limit", asked.reply.finish_reason == "length"),
            ("replaced", asked.reply.replaced),
            ("words_cut", schema is not None and is_cut(asked.reply)),
        )
        flags = tuple(flag for flag, holds in marks if holds)
        return Draft(kind, asked.value, asked.key, parent, thread, flags)

    async def _ask(
        self,
        stage: Stage,
        step: str,
        parts: Sequence[str],
        *,
        read: Callable[[ModelReply], T | None],
        schema: Mapping[str, Any] | None = None,
        why: Why = "invalid",
    ) -> AskResult[T] | None:
        """Ask for a step; without a value, or None, when it is skipped, which is noted.

        A step is skipped, too, whose answer is one to a prompt that the server cut.
        """
        model = self.member.model
        assert model is not None
        key = f"{self.key}/{step}"
        prompt = messages_for(self.member.system_prompt, parts)
        try:
            asked = await ask_until(
                self.place.content.models,
                stage,
                key,
                model,
                prompt,
                purpose=step.partition("/")[0],
                retries=RETRIES,
                read=read,
                schema=schema,
            )
        except RunEnded:
            self.calls.append(key)
            self.skipped.append((step, "overlong"))
            return None
        self.calls += [key, *(f"{key}/{number}" for number in range(2, asked.attempts + 1))]
        if asked.cut:
            self.flags.add("context_cut")
            self.skipped.append((step, "overlong"))
            return None
        if asked.value is None:
            self.skipped.append((step, "refused" if asked.reply.finish_reason == "refused" else why))
        return asked

    def _words(self, step: Literal["read", "plan", "write", "post"]) -> str:
        text: str = getattr(self.place.content.prompts, step)
        person = self.member.person
        return render(text, self.place.content.facts, self_name=person.name or self.member.handle)

    def _nothing(self) -> str:
        return "" if self.shown else "There is nothing new in your feed."

    def _list_text(self, shown: Sequence[Exposure]) -> str:
        return list_text(shown, self.place.world, self.place.people, self.place.content)


def _made_of(one: Judgement) -> str:
    did = ", ".join(one.drawn) or "nothing"
    return f"- [{one.shown.post.id}] of @{one.shown.post.author}: {one.sentiment}; you did: {did}"
