"""A conversation: what happened here, and at which line?

What is shown is what `sociarium show --json` prints, and nothing else is read of a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.errors import NotFound
from sociarium.exchange.run_document import document_of, run_document
from sociarium.exchange.stored_run import stored_run
from sociarium.ports.store import Store
from sociarium.records.lists import label_of
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.viewer.labels import RoleLabel, condition_text, roles
from sociarium.viewer.pages.relatives import Sibling, drawn_alike, neighbours
from sociarium.viewer.pages.turns import TurnView, scales_of, turns_of

SHOWN = 200
"""Messages on one page."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day with what was said on it; 0 is what stands before the first."""

    number: int
    turns: tuple[TurnView, ...]
    messages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class AgentLine:
    """Who takes part.

    Attributes:
        later_prompt: what a fork lets it read in the end; empty where that is what it read before.
    """

    name: str
    role: str
    mark: str
    model: str
    messages: int
    system_prompt: str
    later_prompt: str


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
class InterviewLine:
    """A question that was asked after the run."""

    sitting: str
    agent: str
    at: str
    question: str


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
    lanes: tuple[RoleLabel, ...]
    days: tuple[Day, ...]
    bars: tuple[Bar, ...]
    flagged: tuple[TurnView, ...]
    courses: tuple[Course, ...]
    interviews: tuple[InterviewLine, ...]
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
    document = document_of(stored := stored_run(store, run_id))
    if "messages" not in document:
        raise NotFound(f"run {run_id[:12]} is no conversation; `sociarium show {run_id[:12]}` has all of it")
    turns = turns_of(document, scales_of(stored.run))
    messages = [turn for turn in turns if turn.kind == "message"]
    pages = max(1, -(-len(messages) // SHOWN))
    page = pages if page == 0 else min(max(page, 1), pages)
    page_of = {turn.seq: at // SHOWN + 1 for at, turn in enumerate(messages)}
    lanes = tuple(roles(agent["role"] for agent in document["agents"]))
    condition, sweep = document["condition"], document["sweep"]
    record = store.sweep(sweep) if sweep else None
    before, after = neighbours(store, record, run_id, document) if record else (None, None)
    factors, drawn = drawn_alike(store, record, run_id, document) if record else ([], ())
    return TranscriptPage(
        run=run_id,
        experiment=store.experiment(document["experiment"]),
        sweep=record,
        title=condition_text(condition, factors),
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
        interviews=tuple(
            InterviewLine(one["sitting"], one["agent"], one["at"], one["question"]) for one in document["interviews"]
        ),
        messages=len(messages),
        last_anchor=messages[-1].anchor if messages else "",
        before=before,
        after=after,
        drawn=drawn,
        page=page,
        pages=pages,
        seq=max((turn.seq for turn in turns), default=0),
    )


def whole_text(store: Store, run_id: str, seq: int) -> str:
    """All that was said under a number, however long it is; 0 is the opening of a conversation.

    Raises:
        NotFound: nothing was.
    """
    if seq == 0 and "starting_message" in (document := run_document(store, run_id)):
        return str(document["starting_message"])
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


def _agents(document: Mapping[str, Any], lanes: Sequence[RoleLabel]) -> tuple[AgentLine, ...]:
    marked = {role.name: role.mark for role in lanes}
    spoken: dict[str, int] = {}
    for message in document["messages"]:
        spoken[message["speaker"]] = spoken.get(message["speaker"], 0) + 1
    return tuple(
        AgentLine(
            agent["name"],
            agent["role"],
            marked.get(agent["role"], "r5"),
            "scripted" if agent["scripted"] else _models(agent),
            spoken.get(agent["name"], 0),
            agent["system_prompt"],
            _later_prompt(agent),
        )
        for agent in document["agents"]
    )


def _models(agent: Mapping[str, Any]) -> str:
    later = agent.get("later", agent)["model"]
    return str(agent["model"]) if later == agent["model"] else f"{agent['model']}, then {later}"


def _later_prompt(agent: Mapping[str, Any]) -> str:
    later = str(agent.get("later", agent)["system_prompt"])
    return "" if later == agent["system_prompt"] else later


def _days(turns: Sequence[TurnView], page: int, page_of: Mapping[int, int]) -> tuple[Day, ...]:
    """The turns of a page; what stands between messages goes with the message before it."""
    turns_by_day: dict[int, list[TurnView]] = {}
    current = 1
    for turn in turns:
        current = page_of.get(turn.seq, current)
        if current == page:
            turns_by_day.setdefault(max(turn.day, 1), []).append(turn)
    return tuple(
        Day(
            number,
            tuple(of_day),
            sum(turn.kind == "message" for turn in of_day),
            sum(turn.seconds or 0.0 for turn in of_day),
        )
        for number, of_day in turns_by_day.items()
    )


def _bars(
    messages: Iterable[TurnView], lanes: Sequence[RoleLabel], page_of: Mapping[int, int], page: int | None
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


def _courses(turns: Sequence[TurnView]) -> tuple[Course, ...]:
    values_by_course: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for turn in turns:
        for answer in turn.probes:
            if answer.number is not None:
                values_by_course.setdefault((answer.agent, answer.name), []).append((answer.number, f"p{answer.seq}"))
    return tuple(
        Course(agent, name, tuple(value for value, _ in values), tuple(anchor for _, anchor in values))
        for (agent, name), values in values_by_course.items()
    )
