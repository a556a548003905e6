"""The recorder of a run that is replayed: everything is answered from the journal, and nothing is asked or written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sociarium.errors import Divergence, SociariumError
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.ports.model import ModelReply, ModelRequest
from sociarium.ports.person import Question
from sociarium.records.events import Event
from sociarium.records.inputs import OutsidePost
from sociarium.records.journal import JournalEntry
from sociarium.runner.run import journal_codec


class JournalEnds(SociariumError):
    """The journal holds no further answer: the run is unfinished.

    Attributes:
        key: of the answer that is not there.
    """

    def __init__(self, run: str, key: str) -> None:
        self.key = key
        super().__init__(f"the journal of run {run} ends before {key}")


@dataclass(slots=True)
class ReplayRecorder:
    """Answers from the journal alone, and keeps every request as it was made.

    Attributes:
        journal: by key.
        stored: digests of the stored events by key; None to compare with none.
        requests: every request by key, in the order in which they were made.
        events: every event, in order.
        used: every journal entry that was asked for, in that order.
    """

    run: str
    journal: dict[str, JournalEntry]
    stored: dict[str, str] | None
    requests: dict[str, ModelRequest] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    used: list[JournalEntry] = field(default_factory=list)

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
            raise JournalEnds(self.run, key)
        self.used.append(self.journal[key])
        return self.journal[key]
