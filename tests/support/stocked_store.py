"""A store as a night leaves it, and with everything that is hard to show."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sociarium.analysis.annotation.labelling import save_labels
from sociarium.analysis.annotation.samples import units_of
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.stored_content import read_content
from sociarium.ports.clock import SystemClock
from sociarium.records.events import Event
from sociarium.records.journal import JournalEntry
from sociarium.records.labels import Codebook
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import Claim, Outcome, RunState, SweepSlot
from sociarium.runner.library.steering import OrderRequest, give_order
from sociarium.runner.run.population import record_of
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.support.annotated import draw, with_codebook
from tests.support.definitions import small, small_feed
from tests.support.hostile_pages import hostile
from tests.support.played_stores import Saying, played, saved

ROOT = Path(__file__).parents[2]
ME = "tester"
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsurkundenordner" * 3
ODD = [
    "The blue one I leave where it is. And I should have told you yesterday at nine, and not let you sit there.",
    "قلتُ لك أمس إنني سأنتظر حتى التاسعة، وانتظرت. ثم ذهبت إلى البيت ولم أقل شيئًا لأحد.",
    "👩‍👩‍👧‍👦🏳️‍🌈 family 👍🏽 … and a flag 🇳🇱; 你好，世界。今天天氣很好，我們去公園吧。",
    " ".join(["This goes on and on, and nobody stops it, because everybody waits for the end."] * 214),
    f"One word: {LONG_WORD}",
    "First line\n\n    indented\n\tand a tab\n\n\n- a list\n- that is none",
]
"""Replies that are hard to lay out; the fourth has 3,000 words."""


@dataclass(frozen=True, slots=True)
class Stocked:
    """Where things are in the store."""

    path: Path
    prison: str
    prison_sweep: str
    prison_runs: tuple[str, ...]
    odd: str
    odd_sweep: str
    odd_run: str
    feed_run: str
    odd_feed_run: str
    half_feed_run: str
    hostile_sweep: str
    hostile_run: str
    codebook: str
    odd_codebook: str
    population: str
    consent_run: str
    idle_sweep: str
    odd_people: str
    feed_sweep: str
    crowd: str

    @property
    def pages(self) -> dict[str, str]:
        """The addresses of the pages, by name."""
        return {
            "experiments": "/experiments",
            "experiment": f"/experiments/{self.prison}",
            "sweep": f"/sweeps/{self.prison_sweep}",
            "transcript": f"/runs/{self.prison_runs[0]}",
            "prompt": f"/runs/{self.prison_runs[0]}/prompts/day1/turn1/reply",
            "no-match": "/experiments?q=harbor",
            "not-there": "/runs/ffffffff",
            "odd-experiment": f"/experiments/{self.odd}",
            "odd-sweep": f"/sweeps/{self.odd_sweep}",
            "odd-transcript": f"/runs/{self.odd_run}",
            "results": f"/sweeps/{self.prison_sweep}/results",
            "odd-results": f"/sweeps/{self.odd_sweep}/results",
            "runs": f"/sweeps/{self.prison_sweep}/runs",
            "compare": f"/compare?a={self.prison_runs[0]}&b={self.prison_runs[1]}",
            "odd-compare": f"/compare?a={self.odd_run}&b={self.odd_run}",
            "compare-choice": f"/compare?a={self.prison_runs[0]}",
            "edit": f"/experiments/{self.prison}/edit",
            "odd-edit": f"/experiments/{self.odd}/edit",
            "run": f"/experiments/{self.prison}/run?sweep=main&replicates=3&max_cost=much",
            "odd-run": f"/experiments/{self.odd}/run",
            "go-on": f"/sweeps/{self.prison_sweep}/run",
            "label": "/label",
            "codebook": f"/codebooks/{self.codebook}",
            "codebook-form": f"/experiments/{self.prison}/codebook?of={self.codebook}",
            "labelling": f"/codebooks/{self.codebook}/samples/1?at=2",
            "agreement": f"/codebooks/{self.codebook}/samples/1/agreement",
            "settling": f"/codebooks/{self.codebook}/samples/1/settle",
            "odd-codebook": f"/codebooks/{self.odd_codebook}",
            "odd-labelling": f"/codebooks/{self.odd_codebook}/samples/1?at=1",
            "feed": f"/runs/{self.feed_run}",
            "feed-as": f"/runs/{self.feed_run}?as=tollo&day=1",
            "person": f"/runs/{self.feed_run}/people/sanna_builds",
            "thread": f"/runs/{self.feed_run}/posts/p3",
            "odd-feed": f"/runs/{self.odd_feed_run}?order=threads",
            "odd-person": f"/runs/{self.odd_feed_run}/people/ada",
            "fork": f"/runs/{self.prison_runs[0]}/fork?plan=true&at=day1/turn2&sham=true",
            "steer": f"/sweeps/{self.prison_sweep}/steer",
            "ask": f"/runs/{self.prison_runs[0]}/ask",
            "odd-ask": f"/runs/{self.odd_feed_run}/ask?agent=ada&at=day1",
            "compose": f"/runs/{self.half_feed_run}/compose",
            "results-said": f"/sweeps/{self.prison_sweep}/results?probe=said.words&over=day",
            "figures": f"/sweeps/{self.prison_sweep}/figures?by=personality&by=section.Oversight",
            "figures-over-turns": f"/sweeps/{self.prison_sweep}/figures?probe=said.words&over=turn",
            "population": f"/runs/{self.population}",
            "consent": f"/runs/{self.consent_run}/compose",
            "not-begun": f"/sweeps/{self.idle_sweep}",
            "fork-refused": f"/runs/{self.prison_runs[0]}/fork?plan=true&at=day9/turn1",
            "odd-fork": f"/runs/{self.odd_run}/fork?plan=true&at=day1/turn2&sham=true",
            "feed-fork": f"/runs/{self.feed_run}/fork?plan=true&at=day1&sham=true",
            "feed-edit": f"/experiments/{self.odd_people}/edit",
            "crowd-edit": f"/experiments/{self.crowd}/edit",
            "feed-results": f"/sweeps/{self.feed_sweep}/results",
            "odd-compose": f"/runs/{self.odd_feed_run}/compose?kind=reply&target=p1",
        }


def stock(path: Path) -> Stocked:
    """Fill a new store."""
    store = SqliteStore(path)
    try:
        prison = played(store, shipped("prison"), sweep="demo", creator=ME)
        spots = list(store.slots(prison.sweep.id))
        fail(store, spots[1], "local: 8,411 tokens do not fit; set `context: 16384`")
        fail(store, spots[6], "local: 8,530 tokens do not fit; set `context: 16384`")
        fail(store, spots[9], "the server hung up eight times; `sociarium resume --retry-failed` asks again")
        odd = played(store, odd_file(), creator=ME, model=Saying(ODD))
        feed = played(store, shipped("devaluation"), sweep="demo", creator="odile")
        odd_feed = played(store, odd_feed_file(), creator="nour", model=Saying(ODD))
        half_feed = played(store, odd_feed_file("Odd people, half a night"), creator="nour", max_tokens=1)
        saved(store, small(title="Jury, not begun"), creator="mirek")
        idle = saved(store, small(title="Parish, left at once"), creator="mirek").sweep
        reason = f"4,012 tokens were used, the bound is 4000; {LONG_WORD}"
        give_order(store, idle.id, OrderRequest(action="leave", value={"why": "budget"}, reason=reason), by="mirek",
                   clock=SystemClock())  # fmt: skip
        agreed = played(store, odd_feed_file("With consent", consent=ODD[5]), creator="nour", max_tokens=1)
        bad = hostile(store, '"><img src=x onerror=alert(1)><script>alert(1)</script>{{ 7 }}\u202e')
        codebook, odd_codebook = labelled_by_two(store, prison.sweep), odd_codebook_of(store, odd.sweep)
        done = [spot.status.run for spot in spots if spot not in (spots[1], spots[6], spots[9])]
        return Stocked(
            path,
            prison.experiment.id,
            prison.sweep.id,
            tuple(done),
            odd.experiment.id,
            odd.sweep.id,
            next(iter(store.slots(odd.sweep.id))).status.run,
            next(iter(store.slots(feed.sweep.id))).status.run,
            next(iter(store.slots(odd_feed.sweep.id))).status.run,
            next(iter(store.slots(half_feed.sweep.id))).status.run,
            bad.id,
            next(iter(store.slots(bad.id))).status.run,
            codebook.id,
            odd_codebook.id,
            population_of(store, "Odd people who are written"),
            next(iter(store.slots(agreed.sweep.id))).status.run,
            idle.id,
            odd_feed.experiment.id,
            feed.sweep.id,
            saved(store, crowd_file(), creator=ME).experiment.id,
        )
    finally:
        store.close()


def population_of(store: SqliteStore, title: str) -> str:
    """A population whose people are hard to place."""
    people = "[{generate: 6, model: dry, role: voter, prompt: Somebody.}, {handle: ada}]"
    sweep = played(store, small_feed(title=title, people=people, days="1"), creator="nour").sweep
    run = store.run(next(iter(store.slots(sweep.id))).status.run)
    content = read_content(run.content)
    assert isinstance(content, FeedContent)
    return record_of(run, content.generated[0].population, created=run.created).id


def labelled_by_two(store: SqliteStore, sweep: SweepRecord) -> Codebook:
    """A codebook by which two people have labelled the same 24 messages, and agree on most."""
    codebook = with_codebook(store, sweep)
    sample = draw(store, codebook, sweep, rule="random", size=24, seed=3)
    values = ("hostile", "neutral", "friendly")
    for at, unit in enumerate(units_of(store, sample)):
        for who in ("odile", "nour"):
            is_other = who == "nour" and at % 5 == 0
            answers = {"tone": values[(at + is_other) % 3], "force": at % 5 + 1 - (is_other and at % 5 > 0)}
            save_labels(store, codebook, unit, answers, annotator=who, clock=SystemClock())
    return codebook


def odd_codebook_of(store: SqliteStore, sweep: SweepRecord) -> Codebook:
    """A codebook whose names and words are hard to place, over messages that are."""
    items = [{"name": LONG_WORD[:80], "description": ODD[3][:900], "categories": [
        {"name": "مهذب", "description": ODD[1]}, {"name": LONG_WORD[80:160], "description": LONG_WORD},
        *({"name": f"category {number}"} for number in range(10)),
    ]}, {"name": "0 to 10", "scale": {"from": 0, "to": 10, "low_words": ODD[2], "high_words": LONG_WORD},
         "measurement": "interval"}]  # fmt: skip
    codebook = with_codebook(store, sweep, title=f"{ODD[2]} {LONG_WORD}"[:200], instructions=ODD[5], items=items)
    draw(store, codebook, sweep, rule="random", size=30, seed=3)
    return codebook


def shipped(name: str) -> str:
    """A shipped experiment, played without a model."""
    text = (ROOT / "experiments" / f"{name}.yaml").read_text(encoding="utf-8")
    return text.replace("provider: ollama", "provider: offline")


def odd_file() -> str:
    """Five roles and names that are too long for any place."""
    roles = ["elder", "مسافر", "newcomer 👩‍🌾", "the one with a very long role that nobody would ever write", "clerk"]
    quoted = [json.dumps(role, ensure_ascii=False) for role in roles]
    return small(
        title='"مجلس القرية: the village council, second wording, with a mediator who may only ask questions and never '
        'answers one, whatever is asked of her by whom, and a title that still goes on"',
        note='"ملاحظة: a note in two scripts 📝"',
        roles=f"{{{', '.join(f'{role}: {{}}' for role in quoted)}}}",
        sections="[{title: Starting prompt, private: {" + ", ".join(f"{role}: Speak." for role in quoted) + "}}]",
        probes="[{name: how do you feel about the proposal that was made, at: [start, end], ask: Say it.}]",
        sweep="{factors: {messages: 12, speaker_selection: [round_robin, random], first_speaker: ["
        + ", ".join(quoted)
        + "]}, replicates: 30}",
    )


def odd_feed_file(title: str = "Odd people", *, consent: str = "") -> str:
    """People whose names, words and hashtags are hard to place."""
    people = [
        {"handle": "ada", "name": LONG_WORD, "bio": ODD[2], "persona": {LONG_WORD: ODD[4], "يقول": ODD[1]},
         "follows": ["nour_reads", "b" * 30]},
        {"handle": "nour_reads", "name": "نور الحكيم", "role": "مسافر", "follows": ["ada"]},
        {"handle": "b" * 30, "name": "👩‍👩‍👧‍👦🏳️‍🌈", "role": "clerk"},
    ]  # fmt: skip
    return small_feed(
        title=f"'{title}'", consent=json.dumps(consent), people=json.dumps(people, ensure_ascii=False), days="3",
        probes="[{name: how they feel about it, at: [start, each_day], ask: Say it., answer: {from: 0, to: 10}}]",
    )  # fmt: skip


def crowd_file() -> str:
    """A town of more people than one form holds, of others whom a model writes, and of announcements."""
    people = [{"handle": f"p{number}", "role": ("baker", "voter")[number % 2]} for number in range(130)]
    written = {"generate": 40, "role": "angler", "model": "dry", "prompt": "They fish, and say little."}
    late = {"per_day": 2, "from": 2, "model": "dry", "prompt": "They have just moved here."}
    events = [{"name": "bridge", "day": 2, "time": "09:30", "author": "newswire", "post": "The bridge closes."},
              {"name": "وصلة", "day": 1, "every": 2, "author": "p3", "post": f"{ODD[1]} {LONG_WORD}"}]  # fmt: skip
    return small_feed(
        title="Town of many", people=json.dumps([*people, written]), newcomers=json.dumps(late),
        events=json.dumps(events, ensure_ascii=False), days="3",
    )  # fmt: skip


def fail(store: SqliteStore, spot: SweepSlot, error: str) -> None:
    """A run that failed in the end."""
    worker, token = this_worker(ME), spot.status.token
    store.claim(Claim(spot.status.run, token + 1, worker.id, spot.status.finished or "", by=ME))
    store.claim(
        Claim(spot.status.run, token + 2, worker.id, spot.status.finished or "",
              outcome=Outcome(RunState.FAILED, error=error), by=ME)
    )  # fmt: skip


@dataclass(slots=True)
class Growing:
    """A run that is played again, word by word, under a claim of this process."""

    store: SqliteStore
    run: str
    token: int
    journal: list[JournalEntry]
    events: list[Event]

    @classmethod
    def begin(cls, store: SqliteStore, run: str, *, messages: int) -> Growing:
        """Take up a run anew, with its first messages said."""
        status = store.run_statuses([run])[0]
        journal, events = store.journal(run), store.events(run)
        worker = this_worker(ME)
        store.record_heartbeat(worker)
        store.claim(Claim(run, status.token + 1, worker.id, status.started or "", by=ME, protocol=status.protocol))
        store.erase(run, before=status.token + 1)
        growing = cls(store, run, status.token + 1, journal, events)
        growing.say(messages)
        return growing

    def say(self, messages: int) -> None:
        """Say so many further messages, with what stands before them."""
        while messages and self.events:
            event = self.events.pop(0)
            call = event.happening.data.get("call")
            entries = [entry for entry in self.journal if entry.key == call]
            self.store.append([*entries, event])
            messages -= event.happening.kind == "message"

    def fail(self, error: str) -> None:
        """Let go of it as failed."""
        self._let_go(Outcome(RunState.FAILED, error=error))

    def try_again(self) -> None:
        """Take it up once more, after it failed."""
        status = self.store.run_statuses([self.run])[0]
        self.token += 2
        self.store.claim(
            Claim(self.run, self.token, status.worker or "", status.started or "", by=ME, protocol=status.protocol)
        )

    def end(self) -> None:
        """Say the rest, and let go of it."""
        self.say(10_000)
        self._let_go(Outcome(RunState.DONE, "completed"))

    def _let_go(self, outcome: Outcome) -> None:
        status = self.store.run_statuses([self.run])[0]
        self.store.claim(
            Claim(self.run, self.token + 1, status.worker or "", status.started or "", outcome=outcome, by=ME)
        )
