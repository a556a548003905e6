"""Conversations, message by message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sociarium.api.html import html_table
from sociarium.api.runs import RunRow
from sociarium.api.stores import StoreAddress, store_at
from sociarium.api.targets import RunOrSweep, id_text, run_ids
from sociarium.errors import BadInput
from sociarium.exchange.run_document import run_document
from sociarium.experiment.sweep import Level
from sociarium.ports.store import Store
from sociarium.records.lists import id_name
from sociarium.records.runs import RunState
from sociarium.runner.library import lookup


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a conversation; `day` as the file counts them, `flags` what is noted of it."""

    run: str
    seq: int
    day: int
    index: int
    role: str
    speaker: str
    content: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation; agents, summaries, probes and events are as `sociarium show --json` prints them."""

    run: str
    condition: Mapping[str, Level]
    replicate: int
    state: RunState
    starting_message: str
    messages: tuple[Message, ...] = field(repr=False)
    agents: tuple[Mapping[str, Any], ...] = field(repr=False)
    summaries: tuple[Mapping[str, Any], ...] = field(repr=False)
    probes: tuple[Mapping[str, Any], ...] = field(repr=False)
    events: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    def __iter__(self) -> Iterator[Message]:
        return iter(self.messages)

    def __len__(self) -> int:
        return len(self.messages)

    def _repr_html_(self) -> str:
        said = [(message.seq, message.speaker, message.content) for message in self.messages]
        said += [(event["seq"], event["author"], event["content"]) for event in self.events]
        said += [(one["seq"], f"summary of day {one['day']}", one["content"]) for one in self.summaries]
        opening = ("starting message", self.starting_message)
        return html_table([opening, *(line for _, *line in sorted(said, key=itemgetter(0)))])


def transcript(run: str | RunRow, *, store: StoreAddress = None) -> Transcript:
    """A conversation by its run, or its id's beginning. Raises `NotFound`, `Ambiguous`; `BadInput` for a feed."""
    with store_at(store) as opened:
        return _transcript(opened, lookup.find_run_id(opened, id_text(run)))


def messages(target: RunOrSweep, *, store: StoreAddress = None) -> Iterator[Message]:
    """The messages of a run, or of each run of a sweep once, in order; errors as of `transcript`, at the first one."""
    with store_at(store) as opened:
        for id_ in run_ids(opened, target):
            yield from _transcript(opened, id_).messages


def _transcript(store: Store, id_: str) -> Transcript:
    document = run_document(store, id_)
    if "messages" not in document:
        raise BadInput(f"run {id_name(id_)} is no conversation; `sociarium.feed` reads a feed, and `sociarium show "
                       f"{id_name(id_)} --json` has all of it")  # fmt: skip
    lines = tuple(
        Message(id_, one["seq"], one["day"], one["index"], one["role"], one["speaker"], one["content"],
                tuple(one["flags"]))
        for one in document["messages"]
    )  # fmt: skip
    return Transcript(
        run=id_,
        condition=document["condition"],
        replicate=document["replicate"],
        state=RunState(document["state"]),
        starting_message=document["starting_message"],
        messages=lines,
        agents=tuple(document["agents"]),
        summaries=tuple(document["summaries"]),
        probes=tuple(document["probes"]),
        events=tuple(document["events"]),
    )
