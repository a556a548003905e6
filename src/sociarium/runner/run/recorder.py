"""The recorder of a run that is played: what is answered is in the journal before it is given."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sociarium.errors import Divergence
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.models import Price
from sociarium.ports.model import ModelReply, ModelRequest
from sociarium.ports.observer import CallDone, MessageAdded
from sociarium.ports.person import Question
from sociarium.records.counts import ModelUsage
from sociarium.records.events import SPOKEN, Event
from sociarium.records.inputs import OutsidePost
from sociarium.records.journal import COPIED, Call, JournalEntry, Source
from sociarium.records.runs import Counters, Run
from sociarium.runner.run import journal_codec
from sociarium.runner.run.fault_counter import FaultCounter
from sociarium.runner.run.request_fingerprints import RequestFingerprints
from sociarium.runner.run.services import RunServices


@dataclass(slots=True)
class RunCounter:
    """Counts what a run comes to, whether it is asked or remembered."""

    messages: int = 0
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    faults: FaultCounter = field(default_factory=FaultCounter)
    usage: dict[str, ModelUsage] = field(default_factory=dict)
    places: defaultdict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: defaultdict(Counter))

    def reply(self, model: str, reply: ModelReply, call: Call | None) -> None:
        """A model's answer, and the facts of its call."""
        seconds = 0.0 if call is None else call.seconds
        prompt, completion = reply.prompt_tokens or 0, reply.completion_tokens or 0
        self.calls += 1
        self.prompt_tokens += prompt
        self.completion_tokens += completion
        used = self.usage.get(model) or ModelUsage(0, 0, 0, 0.0)
        self.usage[model] = ModelUsage(
            used.calls + 1, used.prompt_tokens + prompt, used.completion_tokens + completion, used.seconds + seconds
        )
        if call is not None and call.hardware is not None:
            self.places[model][call.endpoint or "", call.hardware] += 1

    def counters(self, prices: Mapping[str, Price]) -> Counters:
        """As a record.

        Args:
            prices: by which the run was played, by model.
        """
        usage = {
            model: replace(
                used,
                seconds=round(used.seconds, 3),
                price=None if (price := prices.get(model)) is None else (price.input, price.output),
                places=tuple((*place, calls) for place, calls in sorted(self.places[model].items())),
            )
            for model, used in self.usage.items()
        }
        by_model = self.faults.by_model(usage)
        return Counters(self.messages, self.calls, self.prompt_tokens, self.completion_tokens, by_model=by_model)


class LiveRecorder:
    """Answers from the journal while it lasts, then asks models; what is answered is on disk before it is given.

    Args:
        token: of the claim under which it is played.
        journal, events: what stands in the store.
    """

    def __init__(
        self, run: Run, token: int, services: RunServices, journal: Iterable[JournalEntry], events: Iterable[Event]
    ) -> None:
        self._record = run
        self._run = run.id
        self._token = token
        self._services = services
        self._journal = {entry.key: entry for entry in journal}
        copied = self._journal.get(COPIED)
        self._copied_until = 0 if copied is None else copied.ordinal
        self._copied_events = 0 if copied is None else copied.answer["events"]
        self._emitted = 0
        self._events = {event.key: event.digest for event in events}
        self._ordinal = max((entry.ordinal for entry in self._journal.values()), default=0)
        self._last_input = 0
        self._fingerprints = RequestFingerprints()
        self.tally = RunCounter()

    async def answer(self, key: str, request: ModelRequest) -> ModelReply:
        """See `Recorder`."""
        digest = self._fingerprints.of(request)
        entry = self._journal.get(key)
        if entry is None:
            entry = await self._ask_model(key, request, digest)
        journal_codec.verify(entry, digest)
        reply = journal_codec.read_reply(entry.answer)
        # What was copied was asked by another run, and is paid for there.
        if entry.ordinal > self._copied_until:
            self.tally.reply(request.model.name, reply, entry.call)
        self.tally.faults.call(key, request)
        return reply

    async def person(self, key: str, question: Question) -> str:
        """See `Recorder`."""
        digest = journal_codec.question_fingerprint(question)
        entry = self._journal.get(key)
        if entry is None:
            await self._services.orders.admit(self._run)
            answer = await self._services.person.ask(question)
            entry = await self._keep(key, answer, fingerprint=digest, source="person")
        journal_codec.verify(entry, digest)
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
        digest = journal_codec.people_fingerprint(population, first, last)
        entry = self._journal.get(key)
        if entry is None:
            await self._services.orders.admit(self._run)
            written = await self._services.outside.people(self._services, self._record, population, first, last)
            entry = await self._keep(key, list(written), fingerprint=digest, source="people")
        journal_codec.verify(entry, digest)
        people: list[Mapping[str, Any] | None] = entry.answer
        self.tally.faults.people(population.model, people)
        return people

    async def inputs(self, key: str) -> Sequence[OutsidePost]:
        """See `Recorder`."""
        entry = self._journal.get(key)
        if entry is None:
            await self._services.orders.admit(self._run)
            inputs = await self._services.outside.inputs(self._run, after=self._last_input)
            entry = await self._keep(
                key, journal_codec.posts_as_json(inputs), fingerprint=journal_codec.INBOX, source="inputs"
            )
        journal_codec.verify(entry, journal_codec.INBOX)
        posts = journal_codec.read_posts(entry.answer)
        self._last_input = max((one.number for one in posts), default=self._last_input)
        return posts

    def add_event(self, event: Event) -> None:
        """See `Recorder`."""
        stored = self._events.get(event.key)
        self._emitted += 1
        if event.happening.kind in SPOKEN:
            self.tally.messages += 1
        self.tally.faults.event(event)
        if self._emitted == self._copied_events:
            self.tally.faults.note_copied()
        if stored is None:
            self._services.writer.event(event)
            if event.happening.kind in SPOKEN and self._emitted > self._copied_events:
                self._services.spending.messages += 1
                what = event.happening
                self._services.observer.notice(
                    MessageAdded(self._run, what.author, what.role, what.content, what.day, what.minute)
                )
        elif stored != event.digest:
            raise Divergence(self._run, event.key, "another event stands in the store under this key")

    async def _ask_model(self, key: str, request: ModelRequest, digest: str) -> JournalEntry:
        services = self._services
        services.stop.check()
        served, attempts = await services.router.ask(self._run, request)
        entry = JournalEntry(
            run=self._run,
            key=key,
            ordinal=self._next_ordinal(),
            token=self._token,
            fingerprint=digest,
            source="model",
            answer=journal_codec.reply_as_json(served.reply),
            at=services.clock.now(),
            call=journal_codec.call_of(request.model.name, served, attempts),
        )
        # The entry is in the writer's hands before anything can be cancelled here.
        standing = await services.writer.journal(entry)
        self._count_spending(request, served.reply, served.seconds)
        return standing

    def _count_spending(self, request: ModelRequest, reply: ModelReply, seconds: float) -> None:
        services, name = self._services, request.model.name
        services.spending.add(name, reply)
        services.observer.notice(
            CallDone(
                self._run,
                name,
                request.purpose,
                reply.prompt_tokens or 0,
                reply.completion_tokens or 0,
                seconds,
            )
        )
        if reached := services.spending.bound_reason(services.orders.bounds):
            services.stop.drain("budget", reached)

    async def _keep(self, key: str, answer: Any, *, fingerprint: str, source: Source) -> JournalEntry:
        entry = JournalEntry(
            run=self._run,
            key=key,
            ordinal=self._next_ordinal(),
            token=self._token,
            fingerprint=fingerprint,
            source=source,
            answer=answer,
            at=self._services.clock.now(),
        )
        return await self._services.writer.journal(entry)

    def _next_ordinal(self) -> int:
        self._ordinal += 1
        return self._ordinal
