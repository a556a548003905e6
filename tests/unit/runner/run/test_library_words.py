"""Words that a library forms: a run is replayed, gone on with and shown in those in which it was played."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sociarium.environments.conversation import play
from sociarium.environments.library_words import WORDS
from sociarium.errors import Divergence
from sociarium.exchange.merge import merge
from sociarium.exchange.run_document import run_document
from sociarium.exchange.transfer import everything
from sociarium.experiment.prompts import word_forms
from sociarium.experiment.stored_content import read_content
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelReply, ModelRequest
from sociarium.records.journal import JournalEntry
from sociarium.records.plans import SweepRecord
from sociarium.runner.planning.prompt_preview import preview_prompts
from sociarium.runner.run.event_loop import finish
from sociarium.runner.run.replay import ReplayResult
from sociarium.runner.run.replay_recorder import ReplayRecorder
from sociarium.runner.run.stage import RunStage
from sociarium.runner.sweep.derive import ARM, SHAM, ExtensionRequest, ForkRequest
from sociarium.runner.sweep.forks import origin_of_sweep, place_sweep, plan_extensions, plan_forks
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.pages.transcript import transcript_page
from tests.support.definitions import definition, small, small_feed
from tests.support.played_stores import played, replayed
from tests.support.sweeps_in_process import play as play_sweep

SPEAKS = '"<GUARD_NUMWORD> <GUARD_NOUN> of <SELF_NAME>"'
OF_ALL = '"<GUARD_NUMWORD> <GUARD_NOUN>"'
SEAT = '{title: Starting prompt, private: {guard: "I am <SELF_NAME>.", prisoner: "I am <SELF_NAME>."}}'
GUARDS = "{factors: {messages: 4, agents.guard: 3}}"
DAYS = "{factors: {messages: 4, days: 2, agents.guard: 3}}"
MANAGED = "{factors: {messages: 4, speaker_selection: auto, agents.guard: 3}}"
PROMPT = f"[{{title: Starting prompt, content: {OF_ALL}}}]"

CONVERSATIONS: dict[str, dict[str, str]] = {
    "starting message": {"starting_message": OF_ALL},
    "continuation": {"continuation": SPEAKS, "sweep": MANAGED},
    "shared section": {"sections": f"[{SEAT}, {{title: Place, shared: {OF_ALL}}}]"},
    "private section": {"sections": f"[{SEAT}, {{title: Place, private: {{prisoner: {SPEAKS}}}}}]"},
    "script": {"roles": f"{{guard: {{}}, prisoner: {{script: [{SPEAKS}]}}}}"},
    "summarizer": {"summarizer": PROMPT, "sweep": DAYS},
    "manager": {"manager": PROMPT, "sweep": MANAGED},
    "event": {"events": f"[{{name: bell, after_message: 1, text: {OF_ALL}}}]"},
    "probe": {"probes": f"[{{name: mood, at: [end], ask: {SPEAKS}, answer: {{from: 0, to: 9}}}}]"},
}
"""A file for each place where a conversation has text."""

PEOPLE = "[{generate: 3, role: guard, model: dry, prompt: Write somebody.}]"
RANKED = "{ranking: chronological, post: daily, tick: 0}"
FEEDS: dict[str, dict[str, str]] = {
    "shared section": {"sections": f"[{{title: Place, shared: {OF_ALL}}}]"},
    "private section": {"sections": f"[{{title: Place, private: {{guard: {SPEAKS}}}}}]"},
    "reading": {"prompts": f"{{read: {SPEAKS}}}"},
    "plan": {"prompts": f"{{plan: {SPEAKS}}}"},
    "post": {"prompts": f"{{post: {SPEAKS}}}"},
    "reflection": {"prompts": f"{{reflect: {SPEAKS}}}", "memory": "{reflect_every: 1}"},
    "event": {"events": f"[{{name: bell, author: crier, post: {OF_ALL}}}]"},
    "probe": {"probes": f"[{{name: mood, at: [end], ask: {SPEAKS}, answer: {{from: 0, to: 9}}}}]"},
}
"""The same of a feed."""

FILES = [pytest.param(small(**{"sweep": GUARDS, **parts}), id=f"conversation, {place}")
         for place, parts in CONVERSATIONS.items()]  # fmt: skip
FILES += [pytest.param(small_feed(people=PEOPLE, feed=RANKED, **parts), id=f"feed, {place}")
          for place, parts in FEEDS.items()]  # fmt: skip


class OtherRelease:
    """A release of the library that forms other words."""

    def plural_noun(self, noun: str) -> str:
        return f"{noun}en"

    def number_to_words(self, number: str) -> str:
        return f"number {number}"


@pytest.fixture
def other_release(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Installs the other release when it is called, and the one that was there when it is called with False."""
    before = word_forms._engine

    def forget() -> None:
        word_forms.plural.cache_clear()
        word_forms.number_word.cache_clear()

    def install(other: bool = True) -> None:
        monkeypatch.setattr(word_forms, "_engine", OtherRelease if other else before)
        forget()

    yield install
    monkeypatch.undo()
    forget()


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


def run_of(store: SqliteStore, text: str) -> str:
    [place] = store.slots(played(store, text).sweep.id)
    return place.status.run


def what_was_said(result: ReplayResult) -> str:
    """Every word of a run, asked or emitted."""
    asked = [message.content for request in result.requests.values() for message in request.messages]
    return "\n".join([*asked, *(event.happening.content for event in result.events)])


@pytest.mark.parametrize("text", FILES)
def test_another_release_replays_a_run_in_the_words_in_which_it_was_played(
    store: SqliteStore, text: str, other_release: Any
) -> None:
    run = run_of(store, text)
    before = replayed(store, run)
    assert "three guards" in what_was_said(before)
    other_release()
    after = replayed(store, run)
    assert (after.requests, after.events, after.ended) == (before.requests, before.events, before.ended)


def test_there_is_one_record_before_anything_is_asked_and_none_where_nothing_needs_it(store: SqliteStore) -> None:
    run = run_of(store, small(sweep=GUARDS, starting_message=OF_ALL))
    first, *rest = store.journal(run)
    assert (first.key, first.source) == (WORDS, "record")
    assert first.answer == {"plurals": {"guard": "guards"}, "numbers": {"3": "three"}}
    assert all(entry.source == "model" for entry in rest)


@pytest.mark.parametrize(
    "parts",
    [
        {"starting_message": '"<AGENTS_NUM> people, <GUARD_NUM> <GUARD_PRON> <GUARD_VERB_BE>"'},
        {"starting_message": '"<PRISONER_NOUN>, <PRISONER_POSS>"'},
        {"starting_message": '"<GUARD_NOUN>"', "roles": "{guard: {plural: watch}, prisoner: {}}"},
    ],
)
def test_what_needs_no_library_keeps_nothing(store: SqliteStore, parts: dict[str, str]) -> None:
    run = run_of(store, small(sweep=GUARDS, **parts))
    assert WORDS not in {entry.key for entry in store.journal(run)}


def test_what_is_shown_of_a_run_speaks_in_its_words(store: SqliteStore, other_release: Any) -> None:
    run = run_of(
        store, small(sweep=GUARDS, starting_message=OF_ALL, sections=f"[{SEAT}, {{title: Place, shared: {OF_ALL}}}]")
    )
    before = run_document(store, run)
    other_release()
    after = run_document(store, run)
    assert after["starting_message"] == before["starting_message"] == "three guards"
    assert after["agents"] == before["agents"]
    assert "three guards" in after["agents"][0]["system_prompt"]


VARIED = {
    "sections": f"[{SEAT}, {{title: Place, shared: {{variants: {{few: {OF_ALL}, "
    'all: "<PRISONER_NUMWORD> <PRISONER_NOUN>, <GUARD_NOUN>", hour: "<GUARD_NOUN>, late"}}}]',
    "sweep": "{factors: {messages: 4, agents.guard: 3, agents.prisoner: 2, section.Place: few}}",
}
"""A conversation whose forks need words that it does not."""


def forked(store: SqliteStore, sweep: SweepRecord, at: str, place: str) -> SweepRecord:
    request = ForkRequest(at=at, changes={"section.Place": place}, sham=True)
    plan = plan_forks(store, origin_of_sweep(store, sweep), request, creator="ada", clock=SystemClock())
    play_sweep(store, begun := place_sweep(store, plan))
    return begun.sweep


def extended(store: SqliteStore, sweep: SweepRecord) -> SweepRecord:
    request = ExtensionRequest(days=2)
    plan = plan_extensions(store, origin_of_sweep(store, sweep), request, creator="ada", clock=SystemClock())
    play_sweep(store, begun := place_sweep(store, plan))
    return begun.sweep


def documents(store: SqliteStore) -> dict[str, dict[str, Any]]:
    """Of every run of a store, by its id, with what its page says of its agents."""
    runs = [slot.status.run for sweep in store.sweeps() for slot in store.slots(sweep.id)]
    return {run: {**run_document(store, run), "page": transcript_page(store, run, me="ada").agents} for run in runs}


def last_prompts(store: SqliteStore, sweep: SweepRecord) -> list[tuple[bool, str]]:
    """Of each run of a sweep: whether it is a sham, and the prompt that its first agent has in the end."""
    agents = [(slot.condition.get(ARM) == SHAM, run_document(store, slot.status.run)["agents"][0])
              for slot in store.slots(sweep.id)]  # fmt: skip
    return sorted((sham, agent.get("later", agent)["system_prompt"].rpartition("\n")[2]) for sham, agent in agents)


def test_forks_and_extensions_are_shown_in_their_words_to_their_ends(
    store: SqliteStore, tmp_path: Path, other_release: Any
) -> None:
    origin = played(store, small(**VARIED)).sweep
    forks = forked(store, origin, "2", "all")
    forks_of_forks = forked(store, forks, "3", "hour")
    extension = extended(store, origin)
    extension_of_forks = extended(store, forks)
    before = documents(store)
    assert len(before) == 1 + 2 + 4 + 1 + 2
    assert (True, "three guards") in last_prompts(store, forks)
    assert (False, "two prisoners, guards") in last_prompts(store, forks)

    other_release()

    assert documents(store) == before
    for sweep in (forks_of_forks, extension_of_forks):
        assert {prompt for _, prompt in last_prompts(store, sweep)} <= {
            "three guards", "two prisoners, guards", "guards, late"
        }  # fmt: skip
    [slot] = store.slots(extension.id)
    assert not [agent for agent in before[slot.status.run]["agents"] if "later" in agent]
    other = SqliteStore(tmp_path / "other.db")
    merge(other, everything(store), lambda _: None)
    assert documents(other) == before


def test_what_was_forked_under_another_release_is_shown_in_the_words_of_both(
    store: SqliteStore, other_release: Any
) -> None:
    origin = played(store, small(**VARIED)).sweep
    other_release()
    forks = forked(store, origin, "4", "all")
    extension = extended(store, forks)
    other_release(False)

    for sweep in (forks, extension):
        assert set(last_prompts(store, sweep)) == {(True, "three guards"), (False, "number 2 prisoneren, guards")}
    for slot in (slot for sweep in (forks, extension) for slot in store.slots(sweep.id)):
        assert replayed(store, slot.status.run).ended == "completed"


def test_forks_that_did_not_begin_are_shown_in_the_words_in_which_they_will(
    store: SqliteStore, other_release: Any
) -> None:
    origin = played(store, small(**VARIED)).sweep
    other_release()
    request = ForkRequest(at="2", changes={"first_speaker": "prisoner"}, sham=True)
    plan = plan_forks(store, origin_of_sweep(store, origin), request, creator="ada", clock=SystemClock())
    begun = place_sweep(store, plan)
    assert {prompt for _, prompt in last_prompts(store, begun.sweep)} == {"three guards"}
    before = [run_document(store, slot.status.run)["agents"] for slot in store.slots(begun.sweep.id)]
    play_sweep(store, begun)
    assert [run_document(store, slot.status.run)["agents"] for slot in store.slots(begun.sweep.id)] == before


@pytest.mark.parametrize("place", FEEDS)
def test_a_feed_is_shown_in_its_words_also_behind_a_fork(store: SqliteStore, place: str, other_release: Any) -> None:
    origin = played(store, small_feed(people=PEOPLE, feed=RANKED, days="2", **FEEDS[place])).sweep
    request = ForkRequest(at="1", changes={"feed.ranking": "popular"}, sham=True)
    plan = plan_forks(store, origin_of_sweep(store, origin), request, creator="ada", clock=SystemClock())
    play_sweep(store, place_sweep(store, plan))
    runs = [slot.status.run for sweep in store.sweeps() for slot in store.slots(sweep.id)]
    before = [run_document(store, run, exposures=True) for run in runs]
    other_release()
    assert [run_document(store, run, exposures=True) for run in runs] == before


def test_a_plan_forms_the_words_that_a_run_will_keep(other_release: Any) -> None:
    other_release()
    text = small(sweep=GUARDS, starting_message=OF_ALL)
    prompts = {one.user: one.text for one in preview_prompts(definition(text), "main").prompts}
    assert prompts["starting message"] == "number 3 guarden"


class Rest(ReplayRecorder):
    """Goes on where a journal ends, as a run that is taken up again does."""

    async def answer(self, key: str, request: ModelRequest) -> ModelReply:
        if key in self.journal:
            return await ReplayRecorder.answer(self, key, request)
        self.requests[key] = request
        return ModelReply(f"words at {key}")


def test_a_run_that_is_taken_up_by_another_release_goes_on_in_its_first_words(
    store: SqliteStore, other_release: Any
) -> None:
    run = store.run(run_of(store, small(sweep=GUARDS, starting_message=OF_ALL)))
    left = {entry.key: entry for entry in store.journal(run.id) if entry.key in {WORDS, "day1/turn1/reply"}}
    other_release()
    recorder = Rest(run.id, left, None)
    content = read_content(run.content)
    assert content.environment == "conversation"
    finish(play(content, RunStage(run, content.streams, recorder)))
    openings = {request.messages[1].content.partition("\n")[0] for request in recorder.requests.values()}
    assert openings == {"three guards"}


@pytest.mark.parametrize(
    "answer", [None, "three", 3, [], {}, {"plurals": []}, {"plurals": {"guard": 3}, "numbers": {"3": None}}]
)
def test_a_record_that_holds_no_words_is_no_crash(answer: object, store: SqliteStore) -> None:
    """Journals come from elsewhere too; then today's words stand, and requests that differ are named as ever."""
    run = store.run(run_of(store, small(sweep=GUARDS, starting_message=OF_ALL)))
    journal: dict[str, JournalEntry] = {entry.key: entry for entry in store.journal(run.id)}
    journal[WORDS] = replace(journal[WORDS], answer=answer)
    content = read_content(run.content)
    assert content.environment == "conversation"
    assert finish(play(content, RunStage(run, content.streams, ReplayRecorder(run.id, journal, None)))) == "completed"


def test_a_finished_run_without_its_record_is_said_to_lack_it(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(store, small(sweep=GUARDS, starting_message=OF_ALL))
    rest = [entry for entry in store.journal(run) if entry.key != WORDS]
    monkeypatch.setattr(store, "journal", lambda _: rest)
    with pytest.raises(Divergence, match="words"):
        replayed(store, run)
