"""What was said in a conversation, turn by turn, with what its calls and its private questions add."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sociarium.exchange.txt import in_order
from sociarium.experiment.run_content import Content
from sociarium.experiment.stored_content import read_content
from sociarium.records.runs import Run
from sociarium.viewer.labels import marks

LONGEST = 24_000
"""Characters of a text that are shown in a page; the whole text has an address of its own."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text, or its beginning."""

    text: str
    count: int
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class ProbeAnswer:
    """An answer to a private question, at its moment.

    Attributes:
        value: the answer; None where it was no valid one.
        before: the same agent's answer before.
        scale: its ends, where it has numbers.
    """

    seq: int
    name: str
    at: str
    agent: str
    mark: str
    value: str | None
    number: float | None
    before: float | None
    scale: tuple[int, int] | None
    words: str
    key: str | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TurnView:
    """A message, or what stands between messages.

    Attributes:
        kind: message, event, summary or opening.
        anchor: names it in the page; `number` is what people call it: 2.7.
        trimmed: what was cut off its raw text; None where nothing was, or where that cannot be told.
        key: of the call whose prompt led to it.
        probes: asked after it.
    """

    kind: str
    seq: int
    day: int
    anchor: str
    number: str
    speaker: str
    role: str
    mark: str
    words: Words
    flags: tuple[str, ...] = ()
    thinking: Words | None = None
    raw: Words | None = None
    trimmed: Words | None = None
    seconds: float | None = None
    read: int | None = None
    written: int | None = None
    attempts: int = 1
    key: str | None = None
    scripted: bool = False
    continuation: bool = False
    probes: tuple[ProbeAnswer, ...] = ()


def turns_of(document: Mapping[str, Any], scales: Mapping[str, tuple[int, int]]) -> list[TurnView]:
    """Everything that was said, in order, each with the probes that were asked after it.

    Args:
        document: as `run_document` makes it.
        scales: probe -> its ends.
    """
    marked = marks(agent["role"] for agent in document["agents"])
    calls = {call["key"]: call for call in document["calls"]}
    opening = TurnView("opening", 0, 0, "opening", "", "Opening", "", "r5", excerpt(document["starting_message"]))
    turns, last = [opening], dict[tuple[str, str], float]()
    for part in in_order(dict(document)):
        if part["kind"] != "probes":
            turns.append(_turn(part, marked, calls, has_calls=document["protocol"] is not None))
            continue
        answer = _probe(part, marked, scales, last, calls)
        if answer.number is not None:
            last[(part["agent"], part["name"])] = answer.number
        turns[-1] = replace(turns[-1], probes=(*turns[-1].probes, answer))
    return turns


def excerpt(text: str) -> Words:
    """A text as a page shows it."""
    return Words(text[:LONGEST], len(text.split()), len(text) > LONGEST)


def scales_of(run: Run) -> dict[str, tuple[int, int]]:
    """The ends of the scales of a run's probes, by name."""
    content = read_content(run.content)
    probes = content.probes if isinstance(content, Content) else ()
    return {probe.name: probe.scale for probe in probes if probe.scale}


def _turn(part: Mapping[str, Any], marked: Mapping[str, str], calls: Mapping[str, Any], *, has_calls: bool) -> TurnView:
    flags = tuple(part.get("flags", ()))
    if part["kind"] == "events":
        return TurnView("event", part["seq"], part["day"], f"e{part['seq']}", "", part["author"], part["name"], "r5",
                    excerpt(part["content"]))  # fmt: skip
    if part["kind"] == "summaries":
        key = next((key for key in calls if key.startswith(f"day{part['day']}/summary")), None)
        summary = TurnView("summary", part["seq"], part["day"], f"s{part['day']}", "", f"Summary of day {part['day']}",
                           "", "r5", excerpt(part["content"]), flags)  # fmt: skip
        return _with_call(summary, part["content"], calls.get(key or ""))
    number = f"{part['day']}.{part['index']}"
    turn = TurnView(
        "message",
        part["seq"],
        part["day"],
        f"m{part['day']}-{part['index']}",
        number,
        part["speaker"],
        part["role"],
        marked.get(part["role"], "r5"),
        excerpt(part["content"]),
        flags,
        scripted=part["call"] is None and has_calls,
        continuation=part["continuation"],
    )
    return _with_call(turn, part["content"], calls.get(part["call"] or ""))


def _with_call(turn: TurnView, content: str, call: Mapping[str, Any] | None) -> TurnView:
    if call is None:
        return turn
    raw = call["text"] or ""
    return replace(
        turn,
        thinking=excerpt(call["thinking"]) if call["thinking"] else None,
        raw=excerpt(raw) if raw and raw != content else None,
        trimmed=excerpt(removed) if (removed := _trimmings(raw, content)) and "trimmed" in turn.flags else None,
        seconds=call["seconds"],
        read=call["prompt_tokens"],
        written=call["completion_tokens"],
        attempts=call["attempts"],
        key=call["key"],
    )


def _trimmings(raw: str, content: str) -> str:
    """What a raw text has before and behind its content; empty where that does not stand in it as it is."""
    before, middle, after = raw.partition(content) if content else ("", "", raw)
    if content and not middle:
        return ""
    return " … ".join(part for part in (before.strip(), after.strip()) if part)


def _probe(
    part: Mapping[str, Any],
    marked: Mapping[str, str],
    scales: Mapping[str, tuple[int, int]],
    last: Mapping[tuple[str, str], float],
    calls: Mapping[str, Any],
) -> ProbeAnswer:
    answer = part["answer"]
    number = float(answer) if isinstance(answer, int | float) and not isinstance(answer, bool) else None
    call = calls.get(part["call"] or "")
    return ProbeAnswer(
        seq=part["seq"],
        name=part["name"],
        at=str(part["at"]).replace("_", " "),
        agent=part["agent"],
        mark=marked.get(part["role"], "r5"),
        value=None if answer is None else answer if isinstance(answer, str) else json.dumps(answer),
        number=number,
        before=last.get((part["agent"], part["name"])),
        scale=scales.get(part["name"]),
        words=_reason(call["text"]) if call else "",
        key=part["call"],
        flags=tuple(part["flags"]),
    )


def _reason(text: str) -> str:
    """What was said beside the answer, where the answer is a form with more in it."""
    try:
        form = json.loads(text)
    except ValueError:
        return ""
    if not isinstance(form, dict):
        return ""
    return next((value for name, value in form.items() if name != "answer" and isinstance(value, str)), "")
