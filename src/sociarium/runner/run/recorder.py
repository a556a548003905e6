"""Recorders: one for runs that are played, one for runs that are replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sociarium.errors import Divergence, SociariumError
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.ports.clock import Clock
from sociarium.ports.model import ModelReply, ModelRequest
from sociarium.ports.observer import CallDone, MessageAdded, Observer
from sociarium.ports.person import Person, Question
from sociarium.records.events import SPOKEN, Event
from sociarium.records.inputs import Input, OutsidePost
from sociarium.records.journal import Call, JournalEntry, Source
from sociarium.records.runs import Counters, Run
from sociarium.runner.models.budget import Bounds, Spending
from sociarium.runner.models.router import Router
from sociarium.runner.run import journal_codec
from sociarium.runner.run.fault_counter import FaultCounter
from sociarium.runner.run.writer import Writer
from sociarium.runner.workers.shutdown import StopSwitch


@dataclass(slots=True)
class RunCounter:
    """Counts what a run comes to, whether it is asked or remembered."""

    messages: int = 0
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    faults: FaultCounter = field(default_factory=FaultCounter)

    def reply(self, reply: ModelReply) -> None:
        """A model's answer."""
        self.calls += 1
        self.prompt_tokens += reply.prompt_tokens or 0
        self.completion_tokens += reply.completion_tokens or 0

    def counters(self) -> Counters:
        """As a record."""
        by_model = self.faults.by_model()
        return Counters(self.messages, self.calls, self.prompt_tokens, self.completion_tokens, by_model=by_model)


class OutsideWorld(Protocol):
    """What reaches runs besides models and persons."""

    async def people(
        self, session: RunServices, run: Run, population: PopulationContent, first: int, last: int
    ) -> Sequence[Mapping[str, Any] | None]:
        """People of a population of the run's replicate; see `Stage.people`."""
        ...

    async def inputs(self, run: str, *, after: int) -> Sequence[Input]:
        """What was put into a run after an input."""
        ...


@dataclass(frozen=True, slots=True)
class RunServices:
    """What all runs of one start share."""

    desk: Router
    person: Person
    writer: Writer
    clock: Clock
    observer: Observer
    stop: StopSwitch
    spending: Spending
    bounds: Bounds
    outside: OutsideWorld


class LiveRecorder:
    """Answers from the journal while it lasts, then asks models; what is answered is on disk before it is given.

    Args:
        token: of the claim under which it is played.
        journal, events: what stands in the store.
    """

    def __init__(
        self, run: Run, token: int, session: RunServices, journal: Iterable[JournalEntry], events: Iterable[Event]
    ) -> None:
        self._record = run
        self._run = run.id
        self._token = token
        self._session = session
        self._journal = {entry.key: entry for entry in journal}
        self._events = {event.key: event.digest for event in events}
        self._ordinal = max((entry.ordinal for entry in self._journal.values()), default=0)
        self._last_input = 0
        self.tally = RunCounter()

    async def answer(self, key: str, request: ModelRequest) -> ModelReply:
        """See `Recorder`."""
        asked = request.fingerprint()
        entry = self._journal.get(key)
        if entry is None:
            entry = await self._ask_model(key, request, asked)
        journal_codec.verify(entry, asked)
        reply = journal_codec.read_reply(entry.answer)
        self.tally.reply(reply)
        self.tally.faults.call(key, request)
        return reply

    async def person(self, key: str, question: Question) -> str:
        """See `Recorder`."""
        asked = journal_codec.question_fingerprint(question)
        entry = self._journal.get(key)
        if entry is None:
            self._session.stop.check()
            answer = await self._session.person.ask(question)
            entry = await self._keep(key, answer, fingerprint=asked, source="person")
        journal_codec.verify(entry, asked)
        return str(entry.answer)

    async def record(self, key: str, compute: Callable[[], Any]) -> Any:
        """See `Recorder`."""
        entry = self._journal.get(key)
        if entry is None:
            entry = await self._keep(key, compute(), fingerprint=journal_codec.RECORDED, source="record")
        journal_codec.verify(entry, journal_codec.RECORDED)
        return entry.answer

    async def people(
        self, key: str, population: PopulationContent, first: int, last: int
    ) -> Sequence[Mapping[str, Any] | None]:
        """See `Recorder`."""
        asked = journal_codec.people_fingerprint(population, first, last)
        entry = self._journal.get(key)
        if entry is None:
            self._session.stop.check()
            found = await self._session.outside.people(self._session, self._record, population, first, last)
            entry = await self._keep(key, list(found), fingerprint=asked, source="people")
        journal_codec.verify(entry, asked)
        people: list[Mapping[str, Any] | None] = entry.answer
        self.tally.faults.people(population.model, people)
        return people

    async def inputs(self, key: str) -> Sequence[OutsidePost]:
        """See `Recorder`."""
        entry = self._journal.get(key)
        if entry is None:
            self._session.stop.check()
            given = await self._session.outside.inputs(self._run, after=self._last_input)
            entry = await self._keep(
                key, journal_codec.posts_as_json(given), fingerprint=journal_codec.INBOX, source="inputs"
            )
        journal_codec.verify(entry, journal_codec.INBOX)
        found = journal_codec.read_posts(entry.answer)
        self._last_input = max((one.number for one in found), default=self._last_input)
        return found

    def add_event(self, event: Event) -> None:
        """See `Recorder`."""
        stored = self._events.get(event.key)
        if event.happening.kind in SPOKEN:
            self.tally.messages += 1
        self.tally.faults.event(event)
        if stored is None:
            self._session.writer.event(event)
            if event.happening.kind in SPOKEN:
                self._session.spending.messages += 1
                what = event.happening
                self._session.observer.notice(MessageAdded(self._run, what.author, what.role, what.content))
        elif stored != event.digest:
            raise Divergence(self._run, event.key, "another event stands in the store under this key")

    async def _ask_model(self, key: str, request: ModelRequest, asked: str) -> JournalEntry:
        session = self._session
        session.stop.check()
        served, attempts = await session.desk.ask(self._run, request)
        call = Call(
            request.model.name,
            served.sent,
            served.seconds,
            attempts,
            served.served_model,
            served.digest,
            served.fingerprint,
        )
        entry = JournalEntry(
            run=self._run,
            key=key,
            ordinal=self._next_ordinal(),
            token=self._token,
            fingerprint=asked,
            source="model",
            answer=journal_codec.reply_as_json(served.reply),
            at=session.clock.now(),
            call=call,
        )
        # The entry is in the writer's hands before anything can be cancelled here.
        standing = await session.writer.journal(entry)
        self._count_spending(request, served.reply, served.seconds)
        return standing

    def _count_spending(self, request: ModelRequest, reply: ModelReply, seconds: float) -> None:
        session, name = self._session, request.model.name
        session.spending.add(name, reply)
        session.observer.notice(
            CallDone(
                self._run,
                name,
                request.purpose,
                reply.prompt_tokens or 0,
                reply.completion_tokens or 0,
                seconds,
            )
        )
        if reached := session.spending.reached_bound(session.bounds):
            session.stop.drain("budget", reached)

    async def _keep(self, key: str, answer: Any, *, fingerprint: str, source: Source) -> JournalEntry:
        entry = JournalEntry(
            run=self._run,
            key=key,
            ordinal=self._next_ordinal(),
            token=self._token,
            fingerprint=fingerprint,
            source=source,
            answer=answer,
            at=self._session.clock.now(),
        )
        return await self._session.writer.journal(entry)

    def _next_ordinal(self) -> int:
        self._ordinal += 1
        return self._ordinal


class JournalEnds(SociariumError):
    """The journal holds no further answer: the run is unfinished."""


@dataclass(slots=True)
class ReplayRecorder:
    """Answers from the journal alone, and keeps every request as it was made.

    Attributes:
        journal: by key.
        stored: digests of the stored events by key; None to compare with none.
        requests: every request by key, in the order in which they were made.
        events: every event, in order.
    """

    run: str
    journal: dict[str, JournalEntry]
    stored: dict[str, str] | None
    requests: dict[str, ModelRequest] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    async def answer(self, key: str, request: ModelRequest) -> ModelReply:
        """See `Recorder`."""
        self.requests[key] = request
        entry = self._entry(key)
        journal_codec.verify(entry, request.fingerprint())
        return journal_codec.read_reply(entry.answer)

    async def person(self, key: str, question: Question) -> str:
        """See `Recorder`; asks nobody."""
        entry = self._entry(key)
        journal_codec.verify(entry, journal_codec.question_fingerprint(question))
        return str(entry.answer)

    async def record(self, key: str, compute: Callable[[], Any]) -> Any:
        """See `Recorder`; computes nothing."""
        entry = self._entry(key)
        journal_codec.verify(entry, journal_codec.RECORDED)
        return entry.answer

    async def people(
        self, key: str, population: PopulationContent, first: int, last: int
    ) -> Sequence[Mapping[str, Any] | None]:
        """See `Recorder`; writes nobody."""
        entry = self._entry(key)
        journal_codec.verify(entry, journal_codec.people_fingerprint(population, first, last))
        people: list[Mapping[str, Any] | None] = entry.answer
        return people

    async def inputs(self, key: str) -> Sequence[OutsidePost]:
        """See `Recorder`; looks into no inbox."""
        entry = self._entry(key)
        journal_codec.verify(entry, journal_codec.INBOX)
        return journal_codec.read_posts(entry.answer)

    def add_event(self, event: Event) -> None:
        """See `Recorder`."""
        if self.stored is not None and self.stored.get(event.key, event.digest) != event.digest:
            raise Divergence(self.run, event.key, "the stored event is another one")
        self.events.append(event)

    def _entry(self, key: str) -> JournalEntry:
        if key not in self.journal:
            raise JournalEnds(f"the journal of run {self.run} ends before {key}")
        return self.journal[key]
