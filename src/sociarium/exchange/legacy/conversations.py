"""A conversation of the earlier simulator as a finished run: its words, days, speakers and order, and no journal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.count_text import count_text
from sociarium.exchange.legacy.conditions import condition_of, known_selection
from sociarium.exchange.legacy.definitions import MappedExperiment, provider_of
from sociarium.exchange.legacy.matching_roles import is_researcher, matching_role, speaking_role
from sociarium.exchange.legacy.notes import Notes
from sociarium.exchange.legacy.records import LegacyConversation, LegacyMessage
from sociarium.exchange.legacy.slots import Slot
from sociarium.exchange.transfer import RunData
from sociarium.experiment.conversation.resolve import resolve
from sociarium.experiment.run_content import Content, ModelContent, RoleContent
from sociarium.experiment.sweep import Level
from sociarium.records.events import Event, Happening, event
from sociarium.records.plans import Edit, Member
from sociarium.records.runs import WITHOUT_JOURNAL, Claim, Counters, Outcome, Run, RunState

WORKER = "earlier simulator"


@dataclass(frozen=True, slots=True)
class _Utterance:
    """A message with what it does not say filled in; `role` is None for the researcher's words."""

    day: int
    role: str | None
    speaker: str
    content: str


def run_data(
    conversation: LegacyConversation,
    messages: Sequence[LegacyMessage],
    experiment: MappedExperiment,
    slot: Slot,
    notes: Notes,
) -> RunData:
    """A conversation with its messages as a run that is done; what was filled in or changed is noted."""
    where = f"conversation {conversation.id}"
    utterances = _utterances(messages, experiment, where, notes)
    speakers = {utterance.speaker: utterance.role for utterance in utterances if utterance.role is not None}
    message_count = sum(utterance.role is not None for utterance in utterances)
    if not messages:
        notes.add(where, "it has no messages")
    elif conversation.n_messages not in {None, message_count}:
        asked_for = f"{count_text(conversation.n_messages, 'message was', 'messages were')} asked for"
        notes.add(where, f"{asked_for}, and agents have {message_count}, which is what `messages` means here")
    counts = _counts(conversation, speakers, experiment, where, notes)
    last_day = max((utterance.day for utterance in utterances), default=1)
    content = _content(conversation, experiment, counts, message_count, last_day, where, notes)
    model = next(iter(content.models))
    run = Run(
        id=conversation.run,
        experiment=slot.experiment,
        creator=conversation.creator,
        replicate=slot.replicate,
        seed=0,
        content=json.dumps(content.model_dump(mode="json", exclude_defaults=True)),
        stream=conversation.run,
        created=conversation.created,
    )
    condition = condition_of(conversation, experiment, content, counts)
    return RunData(
        run,
        members=(Member(slot.sweep, slot.position, conversation.run, slot.replicate, condition),),
        workers=(),
        journal=(),
        events=tuple(_events(conversation.run, utterances, speakers, model)),
        claims=_claims(conversation, message_count),
        edit=_edit(conversation),
    )


def _claims(conversation: LegacyConversation, message_count: int) -> tuple[Claim, ...]:
    """The claim log of a run that was taken up and is done, without a journal."""
    worker = f"{WORKER}: {conversation.creator}"
    outcome = Outcome(RunState.DONE, "completed", None, Counters(messages=message_count))
    return (
        Claim(conversation.run, 1, worker, conversation.created, WITHOUT_JOURNAL, by=conversation.creator),
        Claim(conversation.run, 2, worker, conversation.created, 0, outcome, by=conversation.creator),
    )


def _edit(conversation: LegacyConversation) -> Edit | None:
    """The first edit of the run, which gives it the note and mark that the conversation had; None without either."""
    if not conversation.note and not conversation.favourite:
        return None
    return Edit(
        "run",
        conversation.run,
        revision=2,
        editor=conversation.creator,
        at=conversation.created,
        note=conversation.note,
        favourite=conversation.favourite,
    )


def _utterances(
    messages: Sequence[LegacyMessage], experiment: MappedExperiment, where: str, notes: Notes
) -> list[_Utterance]:
    in_order = list(messages)
    if all(message.day is not None and message.index is not None for message in in_order):
        in_order.sort(key=lambda message: (message.day or 0, message.index or 0))
    shift = int(any(message.day == 0 for message in in_order))
    if shift:
        notes.add(where, "its days are counted from 0 there, and from 1 here")
    utterances: list[_Utterance] = []
    for message in in_order:
        day = message.day + shift if message.day is not None else utterances[-1].day if utterances else 1
        roles = experiment.definition.roles
        researcher = is_researcher(message, roles)
        role = None if researcher else speaking_role(message, roles)
        if role is None and not researcher:
            role = message.role
            notes.add(where, f"the role {role!r} of a message is none of its experiment, and was kept as it is")
        utterances.append(_Utterance(day, role, message.speaker, message.content))
    return utterances


def _counts(
    conversation: LegacyConversation,
    speakers: Mapping[str, str],
    experiment: MappedExperiment,
    where: str,
    notes: Notes,
) -> dict[str, int]:
    """How many agents of each role take part."""
    speaking = Counter(speakers.values())
    if conversation.agents is None:
        notes.add(where, "it does not say who takes part; those who speak were counted")
        return dict(speaking)
    counts: dict[str, int] = {}
    for name, count in conversation.agents.items():
        role = matching_role(name, experiment.definition.roles) or name
        counts[role] = counts.get(role, 0) + count
    for role, count in speaking.items():
        if count > counts.get(role, 0):
            notes.add(where, f"{count} of the role {role!r} speak, {counts.get(role, 0)} take part")
            counts[role] = count
    return counts


def _content(
    conversation: LegacyConversation,
    experiment: MappedExperiment,
    counts: Mapping[str, int],
    message_count: int,
    last_day: int,
    where: str,
    notes: Notes,
) -> Content:
    definition = experiment.definition
    selection = known_selection(conversation)
    if selection is None:
        notes.add(where, f"how speakers were chosen is {conversation.speaker_selection!r}, which is not known here")
        selection = "round_robin"
    settings: dict[str, Level] = {
        # What was asked for there was divided by days, rounded down, and counted each day's opening line.
        "messages": message_count or conversation.n_messages or 1,
        "days": max(conversation.days or 1, last_day),
        "speaker_selection": selection,
        **{f"agents.{role}": counts.get(role, 0) for role in definition.roles},
    }
    content = resolve(definition, settings, "common")
    name, model = _model(conversation, experiment, where, notes)
    other_roles = tuple(
        RoleContent(name=role, count=count, pronouns="he/she")
        for role, count in counts.items()
        if role not in definition.roles
    )
    roles = tuple(
        role.model_copy(update={"model": name if role.count else None}) for role in (*content.roles, *other_roles)
    )
    summarizer = content.summarizer and content.summarizer.model_copy(update={"model": name})
    manager = content.manager and content.manager.model_copy(update={"model": name})
    changes: dict[str, Any] = {"models": {name: model}, "roles": roles, "summarizer": summarizer, "manager": manager}
    if (opening := experiment.opening(conversation, notes)) is not None:
        changes["starting_message"] = opening
    return content.model_copy(update=changes)


def _model(
    conversation: LegacyConversation, experiment: MappedExperiment, where: str, notes: Notes
) -> tuple[str, ModelContent]:
    name = experiment.model_of(conversation.llm)
    if name is not None:
        # The size of the context stands in the definition only because a file of ours has to say one.
        options = {key: value for key, value in experiment.definition.models[name].options.items() if key != "context"}
        provider = provider_of(conversation.llm)
        return name, ModelContent(provider=provider, model=conversation.llm.model or "unknown", options=options)
    name, model = experiment.name_of_other(conversation.llm), conversation.llm.model or "unknown"
    kept = "" if name == model else f" as {name!r}"
    notes.add(
        where, f"its model {model!r} with its options is not one entry of its experiment, and was kept as it is{kept}"
    )
    return name, ModelContent(
        provider=provider_of(conversation.llm), model=model, options=dict(conversation.llm.options)
    )


def _events(run: str, utterances: Iterable[_Utterance], speakers: Mapping[str, str], model: str) -> Iterable[Event]:
    happenings: list[tuple[str, Happening]] = []
    ordinals: Counter[str] = Counter()
    for name, role in speakers.items():
        ordinals[role] += 1
        happening = Happening("agent", author=name, role=role, data={"model": model})
        happenings.append((f"agent/{role}.{ordinals[role]}", happening))
    turns: Counter[int] = Counter()
    researcher_words: Counter[int] = Counter()
    for utterance in utterances:
        if utterance.role is None:
            researcher_words[utterance.day] += 1
            data = {"name": "researcher" if turns[utterance.day] else "opening", "after": turns[utterance.day]}
            happening = Happening(
                "event", utterance.day, author=utterance.speaker, content=utterance.content, data=data
            )
            happenings.append((f"event/day{utterance.day}/{researcher_words[utterance.day]}", happening))
            continue
        turns[utterance.day] += 1
        flags = () if utterance.content.strip() else ("empty",)
        happening = Happening(
            "message",
            utterance.day,
            turns[utterance.day],
            utterance.speaker,
            utterance.role,
            utterance.content,
            flags,
            {"call": None},
        )
        happenings.append((f"day{utterance.day}/turn{turns[utterance.day]}", happening))
    return (event(run, key, seq, happening) for seq, (key, happening) in enumerate(happenings, start=1))
