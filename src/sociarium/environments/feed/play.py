"""A feed from its first day to its last."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from sociarium.environments.feed.apply import Effects
from sociarium.environments.feed.network.graph import connect, welcome
from sociarium.environments.feed.network.policy import judge_again
from sociarium.environments.feed.outside_acts import apply_act
from sociarium.environments.feed.people import (
    People,
    PersonState,
    admit_first_people,
    admit_newcomers,
    announce,
    recast,
)
from sociarium.environments.feed.probes import ask_probe
from sociarium.environments.feed.reflection import reflect
from sociarium.environments.feed.scheduled_posts import due
from sociarium.environments.feed.state import FeedState
from sociarium.environments.feed.visit.drafts import PendingPost
from sociarium.environments.feed.visit.visit import PersonVisit
from sociarium.environments.feed.visit_times import MINUTES, Tick, Visit, draw_visits, ticks
from sociarium.environments.feed.world import World
from sociarium.environments.library_words import keep_words, words_key
from sociarium.environments.probes import Moments, moment_after
from sociarium.environments.stage import Stage
from sociarium.experiment.definition import Moment
from sociarium.experiment.feed.run_content import FeedContent, FeedEventContent, FeedFork
from sociarium.experiment.prompts.library_words import LibraryWords
from sociarium.experiment.prompts.placeholders import render
from sociarium.records.runs import Ending


async def play(content: FeedContent, stage: Stage) -> Ending:
    """Play a feed; what a model refuses, or what does not fit it, costs a step of one person and never the run."""
    await (await open_feed(content, stage)).play()
    return "completed"


async def stand_at(content: FeedContent, stage: Stage, days: int | None) -> FeedState:
    """A feed as it stands right after so many days: before people look back and are asked.

    Args:
        days: from 0, when everybody who is there from the start has arrived; None: at its end.
    """
    feed = await open_feed(content, stage)
    await feed.play(until=days)
    return feed.state


async def open_feed(content: FeedContent, stage: Stage) -> RunningFeed:
    """A feed before its first moment."""
    content, words = await keep_words(content, stage)
    state = FeedState(content, World(), People())
    return RunningFeed(state, stage, Effects(content, state.world, state.people, stage), words)


@dataclass(slots=True)
class RunningFeed:
    """A feed as it unfolds.

    Attributes:
        state: as it stands now.
        words_formed_at: after which day another content last needed new words of the library.
    """

    state: FeedState
    stage: Stage
    effects: Effects
    library_words: LibraryWords
    words_formed_at: int | None = None
    extended: bool = False

    async def play(self, *, until: int | None = None) -> None:
        """Unfold it to its end, or until so many days are over: before people look back and are asked."""
        people, stage = self.state.people, self.stage
        arrived = await admit_first_people(self.state.content, stage, people)
        await connect(self.state.content.graph, people, stage)
        self._announce(arrived)
        day = 0
        while day != until:
            if day < self.state.content.days:
                day += 1
                await self._day_of_arrivals(day)
                if day == until:
                    return
                fork = self.state.content.fork
                if fork is not None and fork.at == day:
                    await self._turn_off(fork, day)
                await self._close_day(day)
                continue
            # What came in during the last tick is on record, although nobody is there to read it.
            await self._inputs(f"end/day{day}" if self.extended else "end", day, MINUTES - 1)
            if self.state.content.fork is None:
                return
            await self._extend(self.state.content.fork, day)

    async def _day_of_arrivals(self, day: int) -> None:
        """A day, begun by those who come new."""
        self._change_settings(day)
        content, people, stage = self.state.content, self.state.people, self.stage
        arrived = await admit_newcomers(content, stage, people, day)
        welcome(content.graph, arrived, people, stage)
        self._announce(arrived)
        if day == 1:
            await self._probe("start", 0)
        await self._day(day)

    def _change_settings(self, day: int) -> None:
        """What the schedule sets for a day holds from now on."""
        content = self.state.content.on_day(day)
        if content is not self.state.content:
            self._let_rule(content)

    def _let_rule(self, content: FeedContent) -> None:
        """From now on a content holds, and its policy looks at everything that stands."""
        if content.policy != self.state.content.policy:
            judge_again(content.policy, self.state.world.posts)
        self.state = replace(self.state, content=content)
        self.effects.content = content

    async def _close_day(self, day: int) -> None:
        content, last = self.state.content, day == self.state.content.days
        if not last:
            await self._look_back(day)
        for probe in content.probes:
            if at := moment_after(day, probe, last=last):
                await ask_probe(self.state, probe, Moments(at, day, again=self.extended), self.stage)

    async def _look_back(self, day: int) -> None:
        every = self.state.content.memory.reflect_every
        if every and day % every == 0:
            await reflect(self.state, day, self.stage)

    async def _turn_off(self, fork: FeedFork, day: int) -> None:
        """From here on another content rules, as on that day. Who is there stays, and so does all that happened."""
        key = words_key(day, self.words_formed_at)
        content, words = await keep_words(fork.then, self.stage, key=key, known=self.library_words)
        if words is not self.library_words:
            self.library_words, self.words_formed_at = words, day
        self._let_rule(content.on_day(day))
        recast(content, self.state.people)
        if fork.own_draws is not None:
            self.stage.branch(fork.own_draws)

    async def _extend(self, fork: FeedFork, day: int) -> None:
        """Go on where the feed had ended: people look back on its last day, and further days follow."""
        await self._turn_off(fork, day)
        self.extended = True
        await self._look_back(day)

    async def _probe(self, at: Moment, day: int) -> None:
        for probe in self.state.content.probes:
            if at in probe.at:
                await ask_probe(self.state, probe, Moments(at, day), self.stage)

    def _announce(self, arrived: Sequence[PersonState]) -> None:
        for member in arrived:
            announce(member, self.state.people, self.stage)

    async def _day(self, day: int) -> None:
        content, people = self.state.content, self.state.people
        events = deque(due(content.events, day))
        await self._inputs(f"day{day}", day, 0)
        for tick in ticks(
            draw_visits(people.members, content.feed.sessions_per_day, day, self.stage), content.feed.tick
        ):
            await self._tick(day, tick, events)
        self._events(events, day, MINUTES)

    async def _tick(self, day: int, tick: Tick, events: deque[FeedEventContent]) -> None:
        """The people of a tick side by side, in the world as it stands when it begins; then what they did."""
        self._events(events, day, tick.begin)
        await self._inputs(_key(day, tick, strictly=self.state.content.feed.tick == 0), day, tick.begin)
        by_person: dict[int, list[Visit]] = {}
        for one in tick.log_ons:
            by_person.setdefault(one.number, []).append(one)
        members = self.state.people.members
        steps = {
            f"day{day}/{members[number].handle}": partial(self._visits, day, some) for number, some in by_person.items()
        }
        done = await self.stage.together(steps)
        visits = {(one.member.number, one.ordinal): one for some in done.values() for one in some}
        for one in tick.log_ons:
            self._events(events, day, one.minute)
            self.effects.apply_visit(visits[one.number, one.ordinal])

    async def _visits(self, day: int, some: Sequence[Visit], stage: Stage) -> list[PersonVisit]:
        """One person's visits within a tick, one after another."""
        visits = []
        for one in some:
            visit = PersonVisit(self.state, self.state.people.members[one.number], day, one.minute, one.ordinal)
            await visit.unfold(stage)
            visits.append(visit)
        return visits

    def _events(self, events: deque[FeedEventContent], day: int, until: int) -> None:
        """The researcher's posts, and replies that were under way, take effect up to a minute, in their order."""
        while events and events[0].minute <= until:
            event = events.popleft()
            self.effects.apply_delayed_replies(day, event.minute - 1)
            text = render(event.text, self.state.content.facts)
            draft = PendingPost("post", text, "")
            self.effects.apply_outside_draft(event.author, draft, (day, event.minute), "event", event.name)
        self.effects.apply_delayed_replies(day, until)

    async def _inputs(self, key: str, day: int, minute: int) -> None:
        for act in await self.stage.inputs(f"{key}/inputs"):
            apply_act(act, self.effects, (day, minute))


def _key(day: int, tick: Tick, *, strictly: bool) -> str:
    if not strictly:
        return f"day{day}/tick{tick.begin}"
    [one] = tick.log_ons
    return f"day{day}/tick{one.minute}/{one.number}/{one.ordinal}"
