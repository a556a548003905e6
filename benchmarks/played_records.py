"""Finished runs written without playing each: copies of one that was played, with answers of their own, and a feed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from tests.support.definitions import small
from tests.support.played_stores import played, saved

from sociarium.environments.protocols import protocol_of
from sociarium.ports.store import Record, Store
from sociarium.records.events import Event, Happening, event
from sociarium.records.journal import JournalEntry
from sociarium.records.plans import Member
from sociarium.records.runs import Claim, Counters, Outcome, RunState
from sociarium.runner.sweep.order import SweepOrder
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore

Row = TypeVar("Row")

AT = "2026-03-01T08:00:00.000Z"
CONDITIONS = 80
DAYS = 10
PROBE = "trust"
_AT_ONCE = 2_000
_POSTS_EACH = 50
_SEEN = 5
"""Posts that a person is shown a day."""
_WORDS = ("The bridge at #Tarn is closed, and nobody says until when.", "I crossed it every morning for twenty years.",
          "Who pays for this? Not those who decided it.", "Give them time, they are mending it.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrittenSweep:
    """A sweep of conversations; its last run is held by this process, so that it is under way."""

    experiment: str
    sweep: str
    runs: tuple[str, ...]


def conversations(store: Store, runs: int, *, messages: int) -> WrittenSweep:
    """Write a sweep of so many runs, in `CONDITIONS` conditions, all of them but the last finished."""
    text = _conversation(messages, max(1, runs // CONDITIONS))
    begun = saved(store, text)
    source = _example(text)
    schedule = SweepOrder(begun.definition, begun.sweep, begun.experiment.creator, AT)
    worker = this_worker("ada")
    store.record_heartbeat(worker)
    ids = []
    for positions in _batches(range(len(schedule)), _AT_ONCE):
        pairs = [schedule.at(position) for position in positions]
        store.place_runs([member for member, _ in pairs], [run for _, run in pairs])
        for parts in _batches(pairs, 40):
            _append(store, (record for member, run in parts for record in source.records(member, run.id)))
            store.claim_all([replace(source.claims[0], run=run.id, worker=worker.id, by="ada") for _, run in parts])
        ids += [run.id for _, run in pairs]
    for some in _batches(ids[:-1], 40):
        store.claim_all([replace(source.claims[-1], run=run, worker=worker.id, by="ada") for run in some])
    return WrittenSweep(begun.experiment.id, begun.sweep.id, tuple(ids))


def feed(store: Store, posts: int) -> str:
    """Write a finished feed of so many posts over `DAYS` days; its calls are left out, which no page reads.

    Returns:
        The run's id.
    """
    people = max(20, posts // _POSTS_EACH)
    begun = saved(store, _feed(people))
    member, run = SweepOrder(begun.definition, begun.sweep, begun.experiment.creator, AT).at(0)
    store.place_runs([member], [run])
    _append(store, (event(run.id, key, seq, what) for seq, (key, what) in enumerate(_happenings(people, posts), 1)))
    worker = this_worker("ada")
    store.record_heartbeat(worker)
    store.claim(Claim(run.id, 1, worker.id, AT, protocol_of("feed"), by="ada"))
    done = Outcome(RunState.DONE, "completed", counters=Counters(posts, posts, 1_000 * posts, 50 * posts))
    store.claim(Claim(run.id, 2, worker.id, AT, outcome=done, by="ada"))
    return run.id


@dataclass(frozen=True, slots=True)
class _Example:
    """A run that was played, to be copied."""

    journal: Sequence[JournalEntry]
    events: Sequence[Event]
    claims: Sequence[Claim]

    def records(self, member: Member, run: str) -> Iterator[Record]:
        """What a copy of it left behind; answers to the probe differ from run to run."""
        yield from (replace(entry, run=run) for entry in self.journal)
        for one in self.events:
            what = one.happening
            if what.kind == "probe":
                what = replace(what, data={**what.data, "answer": (7 * member.position + one.seq) % 11})
            yield event(run, one.key, one.seq, what)


def _example(text: str) -> _Example:
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "one.db")
        begun = played(store, text, limit=1)
        run = next(iter(store.slots(begun.sweep.id))).status.run
        example = _Example(store.journal(run), store.events(run), store.claims(run))
        store.close()
    return example


def _batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch


def _append(store: Store, records: Iterator[Record]) -> None:
    for batch in _batches(records, _AT_ONCE):
        store.append(batch)


def _conversation(messages: int, replicates: int) -> str:
    variants = {name: ", ".join(f"{name[0].lower()}{at}: 'Level {at}.'" for at in range(size))
                for name, size in (("Goal", 5), ("Tone", 4))}  # fmt: skip
    sections = ", ".join(f"{{title: {name}, shared: {{variants: {{{texts}}}}}}}" for name, texts in variants.items())
    factors = (
        f"section.Goal: [g0, g1, g2, g3, g4], section.Tone: [t0, t1, t2, t3], first_speaker: [guard, prisoner], "
        f"speaker_selection: [round_robin, random], messages: {messages}"
    )
    return small(
        title="Large sweep",
        sections=f"[{{title: Starting prompt, private: {{guard: Speak., prisoner: Speak.}}}}, {sections}]",
        probes=f"[{{name: {PROBE}, at: [start, end], ask: How much?, answer: {{from: 0, to: 10}}}}]",
        sweep=f"{{factors: {{{factors}}}, replicates: {replicates}}}",
    )


def _feed(people: int) -> str:
    persons = [{"handle": f"person{n}", "name": f"Person {n}", "persona": f"Person {n} mends bicycles."}
               for n in range(people)]  # fmt: skip
    probe = {"name": PROBE, "at": ["each_day"], "ask": "How much?", "answer": {"from": 0, "to": 10}}
    return json.dumps(
        {"title": "Large feed", "environment": "feed", "models": {"dry": {"provider": "offline"}},
         "people": persons, "days": DAYS, "probes": [probe]}
    )  # fmt: skip


def _happenings(people: int, posts: int) -> Iterator[tuple[str, Happening]]:
    for n in range(people):
        follows = sorted({f"person{(n * step + step) % people}" for step in (1, 7, 31, 101)} - {f"person{n}"})
        about = {"name": f"Person {n}", "bio": "mends bicycles", "persona": f"Person {n} mends bicycles.",
                 "background": None, "followers_count": None, "generated": False, "population": None,
                 "follows": follows, "history": 0, "model": "dry"}  # fmt: skip
        yield f"person/person{n}", Happening("person", author=f"person{n}", role="person", data=about)
    a_day = posts // DAYS
    for day in range(1, DAYS + 1):
        for index in range(1, a_day + 1):
            number = (day - 1) * a_day + index
            yield f"post/p{number}", _post(number, day, index, 24 * 60 * index // (a_day + 1), people)
        for n in range(people):
            yield f"day{day}/person{n}/session", _visit(n, day, day * a_day, people)
        for n in range(people):
            asked: dict[str, Any] = {"name": PROBE, "at": "each_day", "answer": (3 * n + day) % 11, "call": ""}
            yield f"day{day}/person{n}/probe", Happening("probe", day, author=f"person{n}", role="person", data=asked)


def _post(number: int, day: int, index: int, minute: int, people: int) -> Happening:
    """Of twenty posts twelve begin a thread, five answer, two share and one quotes."""
    kind = "post" if number <= 20 else (*["post"] * 12, *["reply"] * 5, *["repost"] * 2, "quote")[number % 20]
    # What is answered, shared or quoted began a thread.
    parent = None if kind == "post" else f"p{20 * max(0, number // 20 - 1 - number % 3) + 1 + number % 11}"
    text = "" if kind == "repost" else f"{_WORDS[number % len(_WORDS)]} That is {number}."
    tags = ["tarn"] if "#Tarn" in text else []
    data = {"id": f"p{number}", "time": minute, "kind": kind, "parent": parent, "source": "person", "name": None,
            "hashtags": tags, "call": f"day{day}/post{number}", "policy": None}  # fmt: skip
    return Happening("post", day, index, f"person{number % people}", "person", text, (), data)


def _visit(n: int, day: int, written: int, people: int) -> Happening:
    posts = [f"p{1 + (n * 131 + at * 977 + day) % written}" for at in range(_SEEN)]
    posts = list(dict.fromkeys(posts))
    chances = {"like": 0.2, "reply": 0.05, "repost": 0.02, "quote": 0.01}
    answers = [
        {"post": post, "probabilities": chances, "draw": dict.fromkeys(chances, 0.5), "words": "So it is.",
         "drawn": ["like"] if at == n % _SEEN else [], "sentiment": ("positive", "neutral", "negative")[(n + at) % 3]}
        for at, post in enumerate(posts)
    ]  # fmt: skip
    data = {"time": 60 * (n % 24), "answers": answers, "follow": [f"person{(n + 13 * day) % people}"], "unfollow": [],
            "exposures": [{"post": post, "list": "following", "rank": rank, "policy": "none"}
                          for rank, post in enumerate(posts, 1)],
            "plan": "", "state": f"Day {day} was long." if n % 4 == 0 else None, "skipped": [], "repaired": [],
            "calls": []}  # fmt: skip
    return Happening("session", day, author=f"person{n}", role="person", data=data)
