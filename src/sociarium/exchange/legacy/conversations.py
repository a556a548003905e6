"""A conversation of the earlier simulator as a finished run: its words, days, speakers and order, and no journal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.exchange.legacy.definitions import MappedExperiment, same_role
from sociarium.exchange.legacy.documents import RESEARCHER, LegacyConversation, LegacyMessage
from sociarium.exchange.legacy.notes import Notes
from sociarium.exchange.transfer import RunData
from sociarium.experiment.conversation.resolve import resolve
from sociarium.experiment.conversation.settable import SPEAKER_SELECTIONS
from sociarium.experiment.run_content import Content, ModelContent, RoleContent
from sociarium.experiment.sweep import Level
from sociarium.records.events import Event, Happening, event
from sociarium.records.plans import Edit, Member
from sociarium.records.runs import WITHOUT_JOURNAL, Claim, Counters, Outcome, Run, RunState

WORKER = "earlier simulator"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the run of a conversation belongs."""

    experiment: str
    sweep: str
    position: int
    replicate: int


@dataclass(frozen=True, slots=True)
class _HeardMessage:
    """A message with what it does not say filled in; `role` is None for the researcher's words."""

    day: int
    role: str | None
    speaker: str
    content: str


def run_data(
    found: LegacyConversation, messages: Sequence[LegacyMessage], mapped: MappedExperiment, spot: Spot, notes: Notes
) -> RunData:
    """Map a conversation with its messages."""
    where = f"conversation {found.id}"
    said = _heard_messages(messages, mapped, where, notes)
    speakers = {one.speaker: one.role for one in said if one.role is not None}
    spoken = sum(one.role is not None for one in said)
    if not messages:
        notes.add(where, "it has no messages")
    elif found.n_messages not in {None, spoken}:
        notes.add(where, f"{found.n_messages} messages were asked for, and it has {spoken}")
    counts = _counts(found, speakers, mapped, where, notes)
    last = max((one.day for one in said), default=1)
    content = _content(found, mapped, counts, spoken, last, where, notes)
    model = next(iter(content.models))
    run = Run(
        id=found.run,
        experiment=spot.experiment,
        creator=found.creator,
        replicate=spot.replicate,
        seed=0,
        content=json.dumps(content.model_dump(mode="json", exclude_defaults=True)),
        stream=found.run,
        created=found.created,
    )
    condition: dict[str, Level] = {
        "model": model,
        "messages": content.messages,
        "days": content.days,
        "speaker_selection": found.speaker_selection or content.speaker_selection,
        **{f"agents.{role}": count for role, count in counts.items()},
    }
    worker = f"{WORKER}: {found.creator}"
    done = Outcome(RunState.DONE, "completed", None, Counters(messages=spoken))
    edit = Edit("run", found.run, 2, found.creator, found.created, found.note, favourite=found.favourite)
    return RunData(
        run,
        members=(Member(spot.sweep, spot.position, found.run, spot.replicate, condition),),
        workers=(),
        journal=(),
        events=tuple(_events(found.run, said, speakers, model)),
        claims=(
            Claim(found.run, 1, worker, found.created, WITHOUT_JOURNAL, by=found.creator),
            Claim(found.run, 2, worker, found.created, 0, done, by=found.creator),
        ),
        edit=edit if found.note or found.favourite else None,
    )


def _heard_messages(
    messages: Sequence[LegacyMessage], mapped: MappedExperiment, where: str, notes: Notes
) -> list[_HeardMessage]:
    ordered = list(messages)
    if all(one.day is not None and one.index is not None for one in ordered):
        ordered.sort(key=lambda one: (one.day or 0, one.index or 0))
    said: list[_HeardMessage] = []
    for one in ordered:
        day = one.day or (said[-1].day if said else 1)
        role = same_role(one.role, mapped.definition.roles)
        if role is None and RESEARCHER not in {one.role.casefold(), one.speaker.partition("_")[0].casefold()}:
            role = one.role
            notes.add(where, f"the role {role!r} of a message is none of its experiment, and was kept as it is")
        said.append(_HeardMessage(day, role, one.speaker, one.content))
    return said


def _counts(
    found: LegacyConversation, speakers: Mapping[str, str], mapped: MappedExperiment, where: str, notes: Notes
) -> dict[str, int]:
    """How many agents of each role take part."""
    heard = Counter(speakers.values())
    if found.agents is None:
        notes.add(where, "it does not say who takes part; those who speak were counted")
        return dict(heard)
    named = {same_role(role, mapped.definition.roles) or role: count for role, count in found.agents.items()}
    for role, count in heard.items():
        if count > named.get(role, 0):
            notes.add(where, f"{count} of the role {role!r} speak, {named.get(role, 0)} take part")
            named[role] = count
    return named


def _content(
    found: LegacyConversation,
    mapped: MappedExperiment,
    counts: Mapping[str, int],
    spoken: int,
    last_day: int,
    where: str,
    notes: Notes,
) -> Content:
    definition = mapped.definition
    selection = "_".join(found.speaker_selection.lower().replace("-", " ").split())
    if selection not in SPEAKER_SELECTIONS:
        notes.add(where, f"how speakers were chosen is {found.speaker_selection!r}, which is not known here")
        selection = "round_robin"
    settings: dict[str, Level] = {
        "messages": found.n_messages or spoken,
        "days": max(found.days or 1, last_day),
        "speaker_selection": selection,
        **{f"agents.{role}": counts.get(role, 0) for role in definition.roles},
    }
    content = resolve(definition, settings, "common")
    name, model = _model(found, mapped, where, notes)
    added = tuple(
        RoleContent(name=role, count=count, pronouns="he/she")
        for role, count in counts.items()
        if role not in definition.roles
    )
    roles = tuple(role.model_copy(update={"model": name if role.count else None}) for role in (*content.roles, *added))
    summarizer = content.summarizer and content.summarizer.model_copy(update={"model": name})
    manager = content.manager and content.manager.model_copy(update={"model": name})
    changed: dict[str, Any] = {"models": {name: model}, "roles": roles, "summarizer": summarizer, "manager": manager}
    if found.starting_message is not None:
        changed["starting_message"] = found.starting_message
    return content.model_copy(update=changed)


def _model(found: LegacyConversation, mapped: MappedExperiment, where: str, notes: Notes) -> tuple[str, ModelContent]:
    name = mapped.model_of(found.llm)
    if name is not None:
        # The size of the context stands in the definition only because a file of ours has to say one.
        options = {key: value for key, value in mapped.definition.models[name].options.items() if key != "context"}
        return name, ModelContent(provider="ollama", model=found.llm.model or "unknown", options=options)
    name = found.llm.model or "unknown"
    notes.add(where, f"its model {name!r} with its options is not one entry of its experiment, and was kept as it is")
    return name, ModelContent(provider="ollama", model=name, options=dict(found.llm.options))


def _events(run: str, said: Iterable[_HeardMessage], speakers: Mapping[str, str], model: str) -> Iterable[Event]:
    happened: list[tuple[str, Happening]] = []
    ordinals: Counter[str] = Counter()
    for name, role in speakers.items():
        ordinals[role] += 1
        happening = Happening("agent", author=name, role=role, data={"model": model})
        happened.append((f"agent/{role}.{ordinals[role]}", happening))
    turns: Counter[int] = Counter()
    words: Counter[int] = Counter()
    for one in said:
        if one.role is None:
            words[one.day] += 1
            data = {"name": "researcher" if turns[one.day] else "opening", "after": turns[one.day]}
            happening = Happening("event", one.day, author=one.speaker, content=one.content, data=data)
            happened.append((f"event/day{one.day}/{words[one.day]}", happening))
            continue
        turns[one.day] += 1
        flags = () if one.content.strip() else ("empty",)
        happening = Happening(
            "message", one.day, turns[one.day], one.speaker, one.role, one.content, flags, {"call": None}
        )
        happened.append((f"day{one.day}/turn{turns[one.day]}", happening))
    return (event(run, key, seq, happening) for seq, (key, happening) in enumerate(happened, start=1))
