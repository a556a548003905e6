"""A whole database of the earlier simulator in parts: each experiment, then its conversations one by one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.legacy import documents
from sociarium.exchange.legacy.conversations import run_data
from sociarium.exchange.legacy.definitions import MappedExperiment, map_experiment, stable_name
from sociarium.exchange.legacy.notes import Notes
from sociarium.exchange.legacy.records import LegacyConversation, LegacyExperiment, LegacyMessage
from sociarium.exchange.legacy.slots import SlotAllocation
from sociarium.exchange.transfer import Missing, Part, PlanData
from sociarium.experiment.document import to_json
from sociarium.experiment.identity import experiment_id, fold_title, version_id
from sociarium.ports.legacy import Document, LegacyDatabase
from sociarium.ports.store import Store
from sociarium.records.plans import Experiment, Version


def parts(database: LegacyDatabase, store: Store, notes: Notes, *, only: str = "") -> Iterator[Part]:
    """The database in parts, as `merge` takes them, in bounded memory.

    Args:
        store: into which they go; what stands there keeps its place.
        only: the beginning of an experiment's id, or its note; all without one.
    """
    reader = _DatabaseReader(database, store, notes)
    for document in database.experiments():
        if not _is_chosen(document, only):
            continue
        if documents.is_strange(document):
            yield Missing(f"experiment {document['_id']} is none of that program's, and was not imported")
            continue
        experiment = documents.experiment(document, notes)
        try:
            yield from reader.parts_of(experiment, map_experiment(experiment, notes))
        except ValidationError as error:
            cause = error.errors(include_url=False)[0]["msg"]
            yield Missing(f"experiment {experiment.id} cannot be read ({cause}), and was not imported")
    if not only:
        yield from reader.orphans()


@dataclass(slots=True)
class _DatabaseReader:
    """Reads experiments with their conversations, and remembers what it read, to tell what belongs to none."""

    database: LegacyDatabase
    store: Store
    notes: Notes
    read_conversations: set[str] = field(default_factory=set)
    read_messages: int = 0

    def parts_of(self, source: LegacyExperiment, mapped: MappedExperiment) -> Iterator[Part]:
        """An experiment's plans, then its runs one by one."""
        definition = mapped.definition
        id_ = experiment_id(source.creator, stable_name(source))
        version = Version(version_id(id_, definition), id_, 0, to_json(definition), source.created)
        experiment = Experiment(id_, source.creator, definition.title, source.note, source.favourite, source.created)
        # A conversation belongs to the first experiment that names it.
        conversations = [each for each in _distinct(source.conversations) if str(each) not in self.read_conversations]
        allocation = SlotAllocation(self.store, id_, version.id, source.creator)
        count = self._assign_slots(conversations, allocation)
        if count < len(conversations):
            missing = len(conversations) - count
            self.notes.add(f"experiment {source.id}", f"{missing} of its conversations are not in the database")
        yield PlanData(experiment, (version,), allocation.new_sweeps(), ())
        for conversation in self._conversations(conversations, self.notes):
            self.read_conversations.add(conversation.id)
            messages = self._messages(conversation)
            # Without a slot: it was added to the database since the slots were assigned.
            if (slot := allocation.slots.get(conversation.run)) is not None:
                yield run_data(conversation, messages, mapped, slot, self.notes)

    def orphans(self) -> Iterator[Part]:
        """What belongs to nothing that was imported."""
        for id_ in self.database.conversation_ids():
            if str(id_) not in self.read_conversations:
                yield Missing(f"conversation {id_} belongs to no experiment, and was not imported")
        count = self.database.message_count() - self.read_messages
        if count > 0:
            yield Missing(
                f"{count_text(count, 'message belongs', 'messages belong')} to no conversation "
                f"that was imported, and {one_or_many(count, 'was', 'were')} not imported"
            )

    def _assign_slots(self, ids: Sequence[object], allocation: SlotAllocation) -> int:
        """Give every conversation that is in the database its slot; returns how many are."""
        replicates: Counter[str] = Counter()
        count = 0
        # They are read once more for their runs, which is when their notes are kept.
        for conversation in self._conversations(ids, Notes()):
            count += 1
            condition = _condition(conversation)
            replicates[condition] += 1
            allocation.assign(conversation, condition, replicates[condition])
        return count

    def _conversations(self, ids: Sequence[object], notes: Notes) -> Iterator[LegacyConversation]:
        return (documents.conversation(document, notes) for document in self.database.conversations(ids))

    def _messages(self, conversation: LegacyConversation) -> list[LegacyMessage]:
        where = f"conversation {conversation.id}"
        ids = _distinct(conversation.messages)
        messages = [documents.message(document, self.notes, where=where) for document in self.database.messages(ids)]
        self.read_messages += len(messages)
        if len(messages) < len(ids):
            self.notes.add(where, f"{len(ids) - len(messages)} of its messages are not in the database")
        return messages


def _is_chosen(document: Document, only: str) -> bool:
    return str(document["_id"]).startswith(only) or fold_title(str(document.get("note") or "")) == fold_title(only)


def _distinct(ids: Sequence[object]) -> list[object]:
    """Ids, each once, by what people see of them."""
    return list({str(id_): id_ for id_ in ids}.values())


def _condition(conversation: LegacyConversation) -> str:
    """Equal for conversations of one condition, as far as their documents say."""
    model = [conversation.llm.model, {key: str(value) for key, value in conversation.llm.options.items()}]
    agents = sorted((conversation.agents or {}).items())
    return json.dumps(
        [model, conversation.n_messages, conversation.days, conversation.speaker_selection, agents], sort_keys=True
    )
