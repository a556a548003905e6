"""A conversation: what happened here, and at which line?

What is shown is what `sociarium show --json` prints, and nothing else is read of a run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sociarium.errors import NotFound
from sociarium.exchange.run_document import run_document
from sociarium.exchange.txt import in_order
from sociarium.experiment.run_content import Content
from sociarium.experiment.stored_content import read_content
from sociarium.ports.store import Store
from sociarium.records.lists import RunQuery, label_of
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.viewer.labels import Role, condition_text, marks, roles

SHOWN = 200
"""Messages on one page."""
LONGEST = 24_000
"""Characters of a text that are shown in a page; the whole text has an address of its own."""
_MOST_SIBLINGS = 60


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
class Turn:
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


@dataclass(frozen=True, slots=True)
class Day:
    """A day with what was said on it; 0 is what stands before the first."""

    number: int
    turns: tuple[Turn, ...]
    messages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class AgentLine:
    """Who takes part."""

    name: str
    role: str
    mark: str
    model: str
    messages: int
    system_prompt: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A message in the score."""

    anchor: str
    label: str
    mark: str
    lane: int
    words: int
    day: int
    flagged: bool
    page: int


@dataclass(frozen=True, slots=True)
class Course:
    """How an agent's answers to a probe went, where they are numbers."""

    agent: str
    name: str
    values: tuple[float, ...]
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another run of the sweep: the same replicate in another condition, or its neighbour."""

    run: str
    label: str


@dataclass(frozen=True, slots=True)
class TranscriptPage:
    """A conversation.

    Attributes:
        flagged: messages and summaries with flags, on any page.
        before, after: the neighbours in the condition.
        drawn: the same replicate in other conditions, which shares its random draws.
        seq: number of the last thing that is shown, for who waits for the next one.
    """

    run: str
    experiment: Experiment
    sweep: SweepRecord | None
    title: str
    condition: tuple[tuple[str, str], ...]
    replicate: int
    seed: int
    state: str
    ended: str | None
    error: str | None
    finished: str | None
    runners: tuple[str, ...]
    note: str
    is_starred: bool
    is_mine: bool
    is_offline: bool
    has_journal: bool
    agents: tuple[AgentLine, ...]
    lanes: tuple[Role, ...]
    days: tuple[Day, ...]
    bars: tuple[Bar, ...]
    flagged: tuple[Turn, ...]
    courses: tuple[Course, ...]
    messages: int
    last_anchor: str
    before: Sibling | None
    after: Sibling | None
    drawn: tuple[Sibling, ...]
    page: int
    pages: int
    seq: int


def transcript_page(store: Store, run_id: str, *, me: str, page: int = 1) -> TranscriptPage:
    """A conversation by its run.

    Args:
        me: who looks.
        page: from 1; 0 is the last one.

    Raises:
        NotFound: there is no such run, or it is no conversation.
    """
    document = run_document(store, run_id)
    if "messages" not in document:
        raise NotFound(f"run {run_id[:12]} is no conversation; `sociarium show {run_id[:12]}` has all of it")
    turns = turns_of(document, _scales(store, run_id))
    messages = [turn for turn in turns if turn.kind == "message"]
    pages = max(1, -(-len(messages) // SHOWN))
    page = pages if page == 0 else min(max(page, 1), pages)
    page_of = {turn.seq: at // SHOWN + 1 for at, turn in enumerate(messages)}
    lanes = tuple(roles(agent["role"] for agent in document["agents"]))
    condition, sweep = document["condition"], document["sweep"]
    record = store.sweep(sweep) if sweep else None
    before, after = _neighbours(store, record, run_id, document) if record else (None, None)
    factors = tuple(condition)
    return TranscriptPage(
        run=run_id,
        experiment=store.experiment(document["experiment"]),
        sweep=record,
        title=condition_text(condition, _telling(store, record, factors)),
        condition=tuple((factor, label_of(level)) for factor, level in condition.items()),
        replicate=document["replicate"],
        seed=document["seed"],
        state=document["state"],
        ended=document["ended"],
        error=document["error"],
        finished=document["finished"],
        runners=tuple(document["runners"]),
        note=document["note"],
        is_starred=document["favourite"],
        is_mine=document["creator"] == me,
        is_offline=document["offline"],
        has_journal=document["protocol"] is not None,
        agents=_agents(document, lanes),
        lanes=lanes,
        days=_days(turns, page, page_of),
        bars=_bars(messages, lanes, page_of, page if pages > 2 else None),
        flagged=tuple(turn for turn in turns if turn.flags),
        courses=_courses(turns),
        messages=len(messages),
        last_anchor=messages[-1].anchor if messages else "",
        before=before,
        after=after,
        drawn=_drawn(store, record, run_id, document) if record else (),
        page=page,
        pages=pages,
        seq=max((turn.seq for turn in turns), default=0),
    )


def turns_of(document: Mapping[str, Any], scales: Mapping[str, tuple[int, int]]) -> list[Turn]:
    """Everything that was said, in order, each with the probes that were asked after it.

    Args:
        document: as `run_document` makes it.
        scales: probe -> its ends.
    """
    marked = marks(agent["role"] for agent in document["agents"])
    calls = {call["key"]: call for call in document["calls"]}
    opening = Turn("opening", 0, 0, "opening", "", "Opening", "", "r5", cut(document["starting_message"]))
    turns, last = [opening], dict[tuple[str, str], float]()
    for part in in_order(dict(document)):
        if part["kind"] != "probes":
            turns.append(_turn(part, marked, calls))
            continue
        answer = _probe(part, marked, scales, last, calls)
        if answer.number is not None:
            last[(part["agent"], part["name"])] = answer.number
        turns[-1] = replace(turns[-1], probes=(*turns[-1].probes, answer))
    return turns


def cut(text: str) -> Words:
    """A text as a page shows it."""
    return Words(text[:LONGEST], len(text.split()), len(text) > LONGEST)


def whole_text(store: Store, run_id: str, seq: int) -> str:
    """All that was said under a number, however long it is.

    Raises:
        NotFound: nothing was.
    """
    for event in store.events(run_id):
        if event.seq == seq:
            return event.happening.content
    raise NotFound(f"run {run_id[:12]} has no {seq}")


def page_of_message(store: Store, run_id: str, day: int, index: int) -> int:
    """On which page a message stands.

    Raises:
        NotFound: there is no such message.
    """
    spoken = [(what.day, what.index) for _, what in store.outline([run_id]) if what.kind == "message"]
    if (day, index) not in spoken:
        raise NotFound(f"run {run_id[:12]} has no message {day}.{index}")
    return spoken.index((day, index)) // SHOWN + 1


def _scales(store: Store, run_id: str) -> dict[str, tuple[int, int]]:
    content = read_content(store.run(run_id).content)
    probes = content.probes if isinstance(content, Content) else ()
    return {probe.name: probe.scale for probe in probes if probe.scale}


def _turn(part: Mapping[str, Any], marked: Mapping[str, str], calls: Mapping[str, Any]) -> Turn:
    flags = tuple(part.get("flags", ()))
    if part["kind"] == "events":
        return Turn("event", part["seq"], part["day"], f"e{part['seq']}", "", part["author"], part["name"], "r5",
                    cut(part["content"]))  # fmt: skip
    if part["kind"] == "summaries":
        key = next((key for key in calls if key.startswith(f"day{part['day']}/summary")), None)
        summary = Turn("summary", part["seq"], part["day"], f"s{part['day']}", "", f"Summary of day {part['day']}", "",
                       "r5", cut(part["content"]), flags)  # fmt: skip
        return _with_call(summary, part["content"], calls.get(key or ""))
    number = f"{part['day']}.{part['index']}"
    turn = Turn(
        "message",
        part["seq"],
        part["day"],
        f"m{part['day']}-{part['index']}",
        number,
        part["speaker"],
        part["role"],
        marked.get(part["role"], "r5"),
        cut(part["content"]),
        flags,
        scripted=part["call"] is None,
        continuation=part["continuation"],
    )
    return _with_call(turn, part["content"], calls.get(part["call"] or ""))


def _with_call(turn: Turn, content: str, call: Mapping[str, Any] | None) -> Turn:
    if call is None:
        return turn
    raw = call["text"] or ""
    return replace(
        turn,
        thinking=cut(call["thinking"]) if call["thinking"] else None,
        raw=cut(raw) if raw and raw != content else None,
        trimmed=cut(removed) if (removed := _removed(raw, content)) and "trimmed" in turn.flags else None,
        seconds=call["seconds"],
        read=call["prompt_tokens"],
        written=call["completion_tokens"],
        attempts=call["attempts"],
        key=call["key"],
    )


def _removed(raw: str, content: str) -> str:
    """What a raw text has before and behind its content; empty where that does not stand in it as it is."""
    before, found, after = raw.partition(content) if content else ("", "", raw)
    if content and not found:
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


def _agents(document: Mapping[str, Any], lanes: Sequence[Role]) -> tuple[AgentLine, ...]:
    marked = {role.name: role.mark for role in lanes}
    spoken: dict[str, int] = {}
    for message in document["messages"]:
        spoken[message["speaker"]] = spoken.get(message["speaker"], 0) + 1
    return tuple(
        AgentLine(
            agent["name"],
            agent["role"],
            marked.get(agent["role"], "r5"),
            "scripted" if agent["scripted"] else str(agent["model"]),
            spoken.get(agent["name"], 0),
            agent["system_prompt"],
        )
        for agent in document["agents"]
    )


def _days(turns: Sequence[Turn], page: int, page_of: Mapping[int, int]) -> tuple[Day, ...]:
    """The turns of a page; what stands between messages goes with the message before it."""
    shown: dict[int, list[Turn]] = {}
    current = 1
    for turn in turns:
        current = page_of.get(turn.seq, current)
        if current == page:
            shown.setdefault(max(turn.day, 1), []).append(turn)
    return tuple(
        Day(
            number,
            tuple(of_day),
            sum(turn.kind == "message" for turn in of_day),
            sum(turn.seconds or 0.0 for turn in of_day),
        )
        for number, of_day in shown.items()
    )


def _bars(
    messages: Iterable[Turn], lanes: Sequence[Role], page_of: Mapping[int, int], page: int | None
) -> tuple[Bar, ...]:
    lane = {role.name: at for at, role in enumerate(lanes)}
    return tuple(
        Bar(
            turn.anchor,
            f"{turn.number}, {turn.speaker}, {turn.words.count} words" + (", flagged" if turn.flags else ""),
            turn.mark,
            lane.get(turn.role, 0),
            turn.words.count,
            turn.day,
            bool(turn.flags),
            page_of[turn.seq],
        )
        for turn in messages
        if page is None or page_of[turn.seq] == page
    )


def _courses(turns: Sequence[Turn]) -> tuple[Course, ...]:
    found: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for turn in turns:
        for answer in turn.probes:
            if answer.number is not None:
                found.setdefault((answer.agent, answer.name), []).append((answer.number, f"p{answer.seq}"))
    return tuple(
        Course(agent, name, tuple(value for value, _ in values), tuple(anchor for _, anchor in values))
        for (agent, name), values in found.items()
    )


def _telling(store: Store, sweep: SweepRecord | None, factors: Sequence[str]) -> list[str]:
    """The factors that tell this condition from others: all of them, where a look at the others would be long."""
    if sweep is None or sweep.conditions < 2:
        return []
    first = next(iter(store.slots(sweep.id)), None)
    if first is None:
        return list(factors)
    seen = {factor: {label_of(level)} for factor, level in first.condition.items()}
    for number, place in enumerate(store.slots(sweep.id)):
        for factor, level in place.condition.items():
            seen.setdefault(factor, set()).add(label_of(level))
        if number >= 2 * min(sweep.conditions, _MOST_SIBLINGS):
            break
    return [factor for factor in factors if len(seen.get(factor, ())) > 1]


def _neighbours(
    store: Store, sweep: SweepRecord, run_id: str, document: Mapping[str, Any]
) -> tuple[Sibling | None, Sibling | None]:
    where = {factor: label_of(level) for factor, level in document["condition"].items()}
    rows = store.list_runs(RunQuery(sweep=sweep.id, where=where))
    of_condition = sorted((row.place.replicate, row.place.status.run) for row in rows)
    at = next((at for at, (_, run) in enumerate(of_condition) if run == run_id), None)
    if at is None:
        return None, None
    one = [Sibling(run, f"replicate {replicate}") for replicate, run in of_condition]
    return (one[at - 1] if at else None), (one[at + 1] if at + 1 < len(one) else None)


def _drawn(store: Store, sweep: SweepRecord, run_id: str, document: Mapping[str, Any]) -> tuple[Sibling, ...]:
    """Runs with the same random draws. Positions go replicate by replicate, so that they stand together."""
    factors = _telling(store, sweep, tuple(document["condition"]))
    found: dict[str, Sibling] = {}
    for place in store.slots(sweep.id):
        if place.replicate > document["replicate"] or len(found) >= _MOST_SIBLINGS:
            break
        if place.replicate == document["replicate"] and place.status.run != run_id:
            found.setdefault(place.status.run, Sibling(place.status.run, condition_text(place.condition, factors)))
    return tuple(found.values())
