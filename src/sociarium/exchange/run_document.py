"""A run in full, as one JSON value: what `show --json` prints and jsonl holds a line of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sociarium.environments.conversation.agents import cast, recast, system_prompt
from sociarium.exchange.feeds import feed_parts, population_parts
from sociarium.exchange.interviews import interview_document
from sociarium.exchange.kept_words import in_kept_words
from sociarium.exchange.labels import label_documents
from sociarium.exchange.stored_run import StoredRun, stored_run, stored_runs
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.prompts.placeholders import render
from sociarium.experiment.run_content import Content
from sociarium.experiment.stored_content import read_content
from sociarium.ports.store import Store
from sociarium.records.events import Event, Kind
from sociarium.records.journal import JournalEntry
from sociarium.records.plans import Member
from sociarium.records.runs import WITHOUT_JOURNAL, Run, RunStatus, hypotheses_at_start, protocol_of_run, runners
from sociarium.runner.run.copied import CopiedBeginning, copied_beginning
from sociarium.runner.run.prefix import ACTS_LEFT_BEHIND, acts_left_behind
from sociarium.runner.run.replay_recorder import ReplayRecorder
from sociarium.runner.run.stage import RunStage

_HEAD = ("run", "experiment", "creator", "sweep", "condition", "conditions", "replicate", "seed", "protocol", "state",
         "ended", "error", "ran_by", "started", "finished", "note", "favourite", "runners", "offline")  # fmt: skip


def run_document(store: Store, run_id: str, *, exposures: bool = False) -> dict[str, Any]:
    """`document_of` a run in a store. Raises `NotFound`."""
    return document_of(stored_run(store, run_id), exposures=exposures)


def document_of(stored: StoredRun, *, exposures: bool = False) -> dict[str, Any]:
    """Everything that is stored of a run, and the system prompts that its agents had.

    Args:
        exposures: of a feed: list them rather than count them.
    """
    run, status, events, edit = stored.run, stored.status, stored.events, stored.edit
    content = read_content(run.content)
    hypotheses, copied = hypotheses_at_start(stored.claims), copied_beginning(stored.run, stored.journal)
    head = {
        **run_summary(run, status, stored.members),
        "note": edit.note if edit else "",
        "favourite": bool(edit and edit.favourite),
        "runners": runners(stored.claims),
        **({} if hypotheses is None else {"hypotheses": hypotheses}),
        "offline": all(model.provider == "offline" for model in content.models.values()),
        "lineage": _lineage(stored),
        **({"wordings": content.wordings} if isinstance(content, Content | FeedContent) and content.wordings else {}),
    }
    if not isinstance(content, Content):
        return {
            **head,
            "environment": content.environment,
            **(
                feed_parts(run, content, events, exposures=exposures, protocol=protocol_of_run(status))
                if isinstance(content, FeedContent)
                else population_parts(content, events)
            ),
            "probes": [_probe(event, copied) for event in _of_kind("probe", events)],
            "calls": [_call(entry, copied) for entry in stored.journal if entry.call],
            "interviews": _interviews(stored),
            "labels": label_documents(stored),
        }
    content, last = in_kept_words(content, stored.records)
    is_imported = status.protocol == WITHOUT_JOURNAL
    return {
        **head,
        "starting_message": render(content.starting_message, content.facts),
        "agents": _imported_agents(events, content) if is_imported else _agents(run, content, last),
        "messages": [_message(event, copied) for event in _of_kind("message", events)],
        "events": [_researcher_event(event) for event in _of_kind("event", events)],
        "summaries": [
            {"seq": event.seq, "day": event.happening.day, "content": event.happening.content,
             "flags": list(event.happening.flags)}
            for event in _of_kind("summary", events)
        ],
        "probes": [_probe(event, copied) for event in _of_kind("probe", events)],
        "calls": [_call(entry, copied) for entry in stored.journal if entry.call],
        "interviews": _interviews(stored),
        "labels": label_documents(stored),
    }  # fmt: skip


def run_documents(store: Store, runs: Iterable[str], *, exposures: bool = False) -> Iterator[dict[str, Any]]:
    """The documents of runs in the order asked for, made one by one. Raises `NotFound`."""
    return (document_of(stored, exposures=exposures) for stored in stored_runs(store, runs))


def head_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a run's document that says what the run is and how it stands, without what happened in it."""
    return {name: document[name] for name in _HEAD}


def run_summary(run: Run, status: RunStatus, members: Sequence[Member]) -> dict[str, Any]:
    """What a run is and how it stands."""
    latest = members[0] if members else None
    return {
        "run": run.id,
        "experiment": run.experiment,
        "creator": run.creator,
        "sweep": latest.sweep if latest else None,
        "condition": dict(latest.condition) if latest else {},
        "conditions": [dict(member.condition) for member in members],
        "replicate": run.replicate,
        "seed": run.seed,
        "protocol": protocol_of_run(status),
        "state": status.state.value,
        "ended": status.ended,
        "error": status.error,
        "ran_by": status.by,
        "started": status.started,
        "finished": status.finished,
    }


def _lineage(stored: StoredRun) -> dict[str, Any]:
    """Where a run goes on from, and what goes on from it.

    Returns:
        `origin`: `{run, at, kind, changes, acts_left_behind}`, None for a run that began at its start; `derived`: a
        list of `{run, at, sweep}`. `acts_left_behind` counts acts from outside that the origin took up after the
        moment, 0 until the run has begun.
    """
    origin: dict[str, Any] | None = None
    if (start := stored.run.origin) is not None:
        made = stored.sweep_origin
        origin = {
            "run": start.run,
            "at": start.at,
            "kind": made.kind if made else "extension" if start.at == "end" else "fork",
            "changes": dict(made.changes) if made else {},
            ACTS_LEFT_BEHIND: acts_left_behind(stored.journal),
        }
    derived = [{"run": one.run, "at": one.at, "sweep": one.sweep} for one in stored.derived]
    return {"origin": origin, "derived": derived}


def _agents(run: Run, content: Content, last: Content) -> list[dict[str, Any]]:
    """The agents of a run with their system prompts, which are made anew, word for word.

    Whoever a fork changes has `later`: the model and system prompt that it has in the end.

    Args:
        content, last: what rules at the beginning and in the end.
    """
    stage = RunStage(run, content.streams, ReplayRecorder(run.id, {}, None))
    played = cast(content, stage)
    later = played if last is content else recast(last, played)
    return [
        {
            "name": agent.name,
            "role": agent.role,
            "model": agent.model,
            "scripted": agent.lines is not None,
            "system_prompt": agent.system_prompt,
            **({} if after == agent else {"later": {"model": after.model, "system_prompt": after.system_prompt}}),
        }
        for agent, after in zip(played, later, strict=True)
    ]


def _imported_agents(events: Iterable[Event], content: Content) -> list[dict[str, Any]]:
    """The agents of an imported run, as they were heard; their prompts are made of its sections by our rules."""
    return [
        {
            "name": event.happening.author,
            "role": event.happening.role,
            "model": event.happening.data.get("model"),
            "scripted": False,
            "system_prompt": system_prompt(content, event.happening.role, event.happening.author),
        }
        for event in _of_kind("agent", events)
    ]


def _call(entry: JournalEntry, copied: CopiedBeginning) -> dict[str, Any]:
    """A model call as stored."""
    assert entry.call is not None
    return {
        "key": entry.key,
        "model": entry.call.model,
        "options": dict(entry.call.sent),
        "prompt_tokens": entry.answer.get("prompt_tokens"),
        "completion_tokens": entry.answer.get("completion_tokens"),
        "started": _start_time(entry.at, entry.call.seconds),
        "seconds": entry.call.seconds,
        "attempts": entry.call.attempts,
        "cached_tokens": entry.call.cached_tokens,
        "finish_reason": entry.answer.get("finish_reason"),
        "served_model": entry.call.served_model,
        "digest": entry.call.digest,
        "fingerprint": entry.call.fingerprint,
        "endpoint": entry.call.endpoint,
        "hardware": entry.call.hardware,
        "request": entry.fingerprint,
        "text": entry.answer.get("text", "") + entry.answer.get("after_turn", ""),
        "thinking": entry.answer.get("thinking", ""),
        "copied": copied.has_entry(entry),
    }


def _interviews(stored: StoredRun) -> list[dict[str, Any]]:
    """What agents answered who were asked after the run, in the order in which they were asked."""
    if not stored.interviews:
        return []
    roles = {event.happening.author: event.happening.role for event in stored.events
             if event.happening.kind in {"agent", "person"}}  # fmt: skip
    return [interview_document(one, roles) for one in stored.interviews]


def _start_time(at: str, seconds: float) -> str:
    moment = datetime.fromisoformat(at) - timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _of_kind(kind: Kind, events: Iterable[Event]) -> Iterable[Event]:
    return (event for event in events if event.happening.kind == kind)


def _message(event: Event, copied: CopiedBeginning) -> dict[str, Any]:
    happening = event.happening
    return {
        "seq": event.seq,
        "day": happening.day,
        "index": happening.index,
        "role": happening.role,
        "speaker": happening.author,
        "content": happening.content,
        "flags": list(happening.flags),
        "call": happening.data.get("call"),
        "continuation": happening.data.get("continuation", False),
        "copied": copied.has_event(event),
    }


def _researcher_event(event: Event) -> dict[str, Any]:
    happening = event.happening
    return {
        "seq": event.seq,
        "name": happening.data["name"],
        "day": happening.day,
        "after_message": happening.data["after"],
        "author": happening.author,
        "content": happening.content,
    }


def _probe(event: Event, copied: CopiedBeginning) -> dict[str, Any]:
    happening = event.happening
    return {
        "seq": event.seq,
        "name": happening.data["name"],
        "agent": happening.author,
        "role": happening.role,
        "day": happening.day,
        "at": happening.data["at"],
        "answer": happening.data["answer"],
        **{key: happening.data[key] for key in ("repeat", "shown") if key in happening.data},
        "flags": list(happening.flags),
        "call": happening.data["call"],
        "copied": copied.has_event(event),
    }
