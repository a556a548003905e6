"""A whole database of the earlier simulator in parts: each experiment, then its conversations one by one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.legacy import documents
from sociarium.exchange.legacy.conditions import planned_condition
from sociarium.exchange.legacy.conversations import run_data
from sociarium.exchange.legacy.definitions import MappedExperiment, map_experiment, stable_name
from sociarium.exchange.legacy.notes import Notes
from sociarium.exchange.legacy.records import LegacyConversation, LegacyExperiment, LegacyMessage
from sociarium.exchange.legacy.slots import SlotAllocation
from sociarium.exchange.transfer import Missing, Part, PlanData, RunData
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
        named = _distinct(source.conversations)
        conversations = [each for each in named if str(each) not in self.read_conversations]
        if taken := len(named) - len(conversations):
            stand = one_or_many(taken, "is an earlier experiment's and stands", "are an earlier experiment's and stand")
            self.notes.add(f"experiment {source.id}", f"{taken} of its conversations {stand} there alone")
        allocation = SlotAllocation(self.store, id_, version.id, source.creator)
        count = self._assign_slots(conversations, mapped, allocation)
        if count < len(conversations):
            missing = len(conversations) - count
            self.notes.add(f"experiment {source.id}", f"{missing} of its conversations are not in the database")
        yield PlanData(experiment, (version,), allocation.new_sweeps(), ())
        replicates: dict[str, set[int]] = {}
        for conversation in self._conversations(conversations, self.notes):
            self.read_conversations.add(conversation.id)
            messages = self._messages(conversation)
            # Without a slot: it was added to the database since the slots were assigned.
            if (slot := allocation.slots.get(conversation.run)) is not None:
                data = run_data(conversation, messages, mapped, slot, self.notes)
                yield _with_own_replicate(data, replicates)

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

    def _assign_slots(self, ids: Sequence[object], mapped: MappedExperiment, allocation: SlotAllocation) -> int:
        """Give every conversation that is in the database its slot; returns how many are."""
        replicates: Counter[str] = Counter()
        count = 0
        # They are read once more for their runs, which is when their notes are kept.
        for conversation in self._conversations(ids, Notes()):
            count += 1
            condition = planned_condition(conversation, mapped)
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


def _with_own_replicate(data: RunData, taken: dict[str, set[int]]) -> RunData:
    """A run as a replicate that its condition has once in a sweep.

    What a condition is shows only in messages, so that documents which ask for different conversations may have come to
    the same.
    """
    [member] = data.members
    used = taken.setdefault(f"{member.sweep} {json.dumps(dict(member.condition), sort_keys=True)}", set())
    number = member.replicate
    while number in used:
        number += 1
    used.add(number)
    if number == member.replicate:
        return data
    return replace(data, run=replace(data.run, replicate=number), members=(replace(member, replicate=number),))


def _is_chosen(document: Document, only: str) -> bool:
    """Whether an experiment is meant: by the beginning of its id, its note, or the title that it has here."""
    id_, name = str(document["_id"]), only.strip()
    if id_.startswith((name, name.lower())) or name.endswith(f"({id_})"):
        return True
    return fold_title(str(document.get("note") or "")) == fold_title(only)


def _distinct(ids: Sequence[object]) -> list[object]:
    """Ids, each once, by what people see of them."""
    return list({str(id_): id_ for id_ in ids}.values())
