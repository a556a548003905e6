"""One person's log-on: they look around, judge, decide, write and post; nothing of it changes the world yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from sociarium.environments.feed.memory import recall as remembering
from sociarium.environments.feed.network.reader import Reader
from sociarium.environments.feed.network.suggestions import suggested_people
from sociarium.environments.feed.people import PersonState
from sociarium.environments.feed.state import FeedState
from sociarium.environments.feed.timeline import Exposure, timeline
from sociarium.environments.feed.visit.by_rule import follow_back, judgements_by, own_post_by
from sociarium.environments.feed.visit.decisions import Intent
from sociarium.environments.feed.visit.drafts import PendingPost
from sociarium.environments.feed.visit.look import look_at_once, look_by_list
from sociarium.environments.feed.visit.person_changes import adopt, remember
from sociarium.environments.feed.visit.prompt_text import mind
from sociarium.environments.feed.visit.reactions import Judgement
from sociarium.environments.feed.visit.steps import StepLog, Steps
from sociarium.environments.feed.visit.writing import write_drafts, write_own_post
from sociarium.environments.stage import Stage
from sociarium.experiment.feed.rules import Rule


@dataclass(slots=True)
class PersonVisit:
    """A log-on, and what it came to.

    Attributes:
        minute: of the day.
        ordinal: which of the person's visits of the day it is, from 1.
        exposures: posts that were shown.
        suggested: people of whom the network told them.
        judgements: of those whose answers could be read.
        drafts: what is to be published, answers and quotes before a post of one's own.
        changed: whether the state of mind is another than before.
    """

    feed: FeedState
    member: PersonState
    day: int
    minute: int
    ordinal: int
    exposures: list[Exposure] = field(default_factory=list)
    suggested: list[PersonState] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    drafts: list[PendingPost] = field(default_factory=list)
    intent: Intent = field(default_factory=Intent)
    changed: bool = False
    log: StepLog = field(default_factory=StepLog)

    @property
    def key(self) -> str:
        """The beginning of its keys, such as `day3/economist/1`."""
        return f"day{self.day}/{self.member.handle}/{self.ordinal}"

    async def unfold(self, stage: Stage) -> None:
        """Do everything that the person does from log-on to log-off; only they themselves are changed by it."""
        content, world, member = self.feed.content, self.feed.world, self.member
        reader = Reader(member, world, self.feed.people, self.day, self.minute, self.key)
        self.exposures = await timeline(content, reader, stage)
        if member.rule is not None:
            self._act_by(member.rule, stage)
            return
        self.suggested = await suggested_people(content.feed, reader, stage)
        steps = Steps(self.feed, member, self.key, self.log, self.suggested)
        text = " ".join(one.post.content for one in self.exposures)
        older = await remembering.recall(member.memory, content.memory, text, world, stage, self.key)
        lately = remembering.recent(member.memory, content.memory, world)
        now = mind(member, self.day, self.minute, news=member.memory.news(), lately=lately, older=older)
        look_around = look_at_once if content.feed.reading == "together" else look_by_list
        self.judgements, intent = await look_around(now, self.exposures, steps, stage)
        if intent is not None:
            self.intent, self.changed = intent, adopt(member, intent)
        remember(member, self.exposures, self.judgements, self.day)
        # What was just decided is on their mind when they write.
        now = mind(member, self.day, self.minute, news="", lately=lately, older=older)
        self.drafts += await write_drafts(now, self.judgements, steps, stage)
        post = await write_own_post(now, self.day, steps, stage)
        if post is not None:
            member.posted_on = self.day
            self.drafts.append(post)
        self.log.sort()

    def _act_by(self, rule: Rule, stage: Stage) -> None:
        """Do what a rule says, without asking anybody."""
        self.member.posts_seen.update(one.post.number for one in self.exposures)
        self.judgements = judgements_by(rule, self.exposures, stage, self.key)
        if rule.follow_back:
            self.intent = follow_back(self.member, self.feed.people)
        if self.member.posted_on < self.day and (post := own_post_by(rule, self.day)) is not None:
            self.member.posted_on = self.day
            self.drafts.append(post)
