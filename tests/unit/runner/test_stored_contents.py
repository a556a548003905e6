"""A placed run is played from its stored content, whatever the program's own texts have become meanwhile."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sociarium.experiment.conversation import resolve
from sociarium.experiment.feed import resolve as feed_resolving
from sociarium.experiment.prompts.sections import PromptSection
from sociarium.ports.store import Store
from sociarium.records.runs import RunState
from sociarium.runner.library import edit_delete, lookup
from sociarium.runner.library.status import SweepStatus, sweep_status
from sociarium.runner.sweep import queue
from sociarium.runner.sweep.order import SweepOrder
from sociarium.runner.sweep.placed_contents import OtherContents, other_contents
from sociarium.runner.sweep.save import StartedSweep, reopen
from sociarium.runner.workers.liveness import Liveness
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small, small_feed
from tests.support.played_stores import played, replayed
from tests.support.sweeps_in_process import play

OLD, NEW = "Answer with the name of one participant", "Say who is next"
AUTO = small(sweep="{factors: {speaker_selection: auto, messages: [4, 6, 8]}, replicates: 2}")
# With one day a summary is never written, so that the conditions of one length share their runs.
SHARED = small(
    summarizer="[{title: Starting prompt, content: {variants: {a: Short., b: Long.}}}]",
    sweep="{factors: {speaker_selection: auto, messages: [4, 6], summarizer.Starting prompt: [a, b]}, replicates: 2}",
)


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


@pytest.fixture
def few_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places are stored one at a time, so that a start leaves most of them open."""
    monkeypatch.setattr(queue, "_BLOCK", 1)


def another_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of the program: the manager is told otherwise where the file does not say it."""
    section = PromptSection(title="Starting prompt", content=NEW)
    monkeypatch.setattr(resolve, "DEFAULT_MANAGER", (section,))


def counted(store: Store, begun: StartedSweep) -> SweepStatus:
    return sweep_status(store, begun.sweep, me=this_worker())


def contents(store: SqliteStore) -> dict[str, str]:
    """Every run that the store holds, in a list or not."""
    return dict(store._writer.execute("SELECT id, content FROM runs").fetchall())


def listed(store: Store, begun: StartedSweep) -> set[str]:
    return {place.status.run for place in store.slots(begun.sweep.id)}


def test_a_changed_default_alters_no_placed_run_and_makes_no_hidden_one(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = played(store, AUTO, limit=2)
    before = contents(store)
    assert len(before) == 6
    another_default(monkeypatch)
    finished = play(store, reopen(store, begun.sweep))
    assert finished.result.counts.as_dict() == {"pending": 0, "running": 0, "done": 6, "failed": 0, "cancelled": 0}
    assert contents(store) == before
    assert listed(store, begun) == set(before)
    for run in before:
        assert replayed(store, run).ended == "completed"


def test_what_is_not_placed_yet_takes_the_new_text(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, few_ahead: None
) -> None:
    begun = played(store, AUTO, limit=2)
    another_default(monkeypatch)
    assert play(store, begun).result.counts.done == 6
    assert sorted(NEW in content for content in contents(store).values()) == [False] * 2 + [True] * 4
    assert listed(store, begun) == set(contents(store))


def test_places_go_on_sharing_the_run_that_was_placed(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, few_ahead: None
) -> None:
    begun = played(store, SHARED, limit=1)
    assert begun.sweep.runs == 4
    another_default(monkeypatch)
    assert play(store, begun).result.counts.as_dict() == {
        "pending": 0,
        "running": 0,
        "done": 4,
        "failed": 0,
        "cancelled": 0,
    }
    standing = counted(store, begun)
    assert (standing.placed, standing.counts.total) == (8, 4)
    assert listed(store, begun) == set(contents(store))
    by_length: dict[tuple[object, int], set[str]] = {}
    for place in store.slots(begun.sweep.id):
        by_length.setdefault((place.condition["messages"], place.replicate), set()).add(place.status.run)
    assert all(len(runs) == 1 for runs in by_length.values())


def test_a_run_that_another_version_placed_meanwhile_is_the_one_that_is_played(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = played(store, AUTO, limit=1)
    place = store.place_runs

    def placing_late(members, runs):  # type: ignore[no-untyped-def]
        # The other one was first, at every place.
        for member, run in zip(members, runs, strict=True):
            other = run.__class__(**{**{f: getattr(run, f) for f in run.__slots__}, "id": run.id[::-1]})
            place([member.__class__(member.sweep, member.position, other.id, member.replicate, member.condition)],
                  [other])  # fmt: skip
        return place(members, runs)

    monkeypatch.setattr(queue, "_BLOCK", 1)
    fresh = played(store, AUTO.replace("title: Small", "title: Other"), limit=1)
    monkeypatch.setattr(store, "place_runs", placing_late)
    assert play(store, fresh).result.counts.done == 6
    done = {found.status.run for found in store.slots(fresh.sweep.id) if found.status.state is RunState.DONE}
    assert done == listed(store, fresh)
    assert counted(store, begun).counts.total == 6


def test_a_deleted_run_is_placed_anew_with_the_new_text(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = played(store, AUTO, limit=2)
    gone = next(place.status.run for place in store.slots(begun.sweep.id) if place.status.state is RunState.PENDING)
    owned = lookup.find_target(store, gone, creator="ada")
    edit_delete.delete(store, owned, creator="ada", liveness=Liveness(store, this_worker(), _Clock(), lease=1))
    another_default(monkeypatch)
    assert play(store, begun).result.counts.done == 6
    assert sum(NEW in content for content in contents(store).values()) == 1


class _Clock:
    def monotonic(self) -> float:
        return 0.0

    def now(self) -> str:
        return "2026-03-01T08:00:00.000Z"


def test_a_feed_keeps_its_words_and_its_people(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    text = small_feed(
        people="[{handle: ada}, {generate: 3, role: troll, model: dry, prompt: Write a troll.}]",
        policy="{match: {words: [ruin]}, do: label}",
        sweep="{factors: {policy: [none, label]}, replicates: 2}",
    )
    begun = played(store, text, limit=1)
    before = contents(store)
    changed = feed_resolving.DEFAULTS.model_copy(update={"read": "Read it all."})
    monkeypatch.setattr(feed_resolving, "DEFAULTS", changed)
    monkeypatch.setattr(feed_resolving, "PERSONA", "Invent somebody else.")
    assert play(store, begun).result.counts.done == 4
    written = {run: json.loads(content)["environment"] for run, content in contents(store).items()}
    # The second replicate's people are written by the words that were placed with its runs.
    assert sorted(written.values()) == ["feed"] * 4 + ["population"] * 2
    assert before.items() <= contents(store).items()
    assert not any(
        "Read it all." in content or "Invent somebody else." in content for content in contents(store).values()
    )


def test_only_places_that_stand_nowhere_are_resolved(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = played(store, AUTO, limit=2)
    resolved: list[int] = []
    at = SweepOrder.at
    monkeypatch.setattr(SweepOrder, "at", lambda self, position: resolved.append(position) or at(self, position))
    assert play(store, begun).result.counts.done == 6
    assert resolved == []


def test_a_million_conditions_cost_nothing_until_they_run(store: SqliteStore) -> None:
    levels = ", ".join(str(number) for number in range(2, 102))
    factors = ", ".join(f"{name}: [{levels}]" for name in ("messages", "option.seed", "option.max_tokens"))
    text = small(sweep=f"{{factors: {{{factors}}}, replicates: 1}}")
    begun = played(store, text, limit=1)
    assert begun.sweep.conditions == 1_000_000
    standing = counted(store, begun)
    assert standing.counts.total == 1_000_000
    assert standing.placed == queue._BLOCK


def test_a_comparison_says_how_many_runs_stand_with_other_texts(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, few_ahead: None
) -> None:
    begun = played(store, AUTO, limit=2)
    assert other_contents(store, SweepOrder(begun.definition, begun.sweep, "ada", "")) == OtherContents(0)
    another_default(monkeypatch)
    schedule = SweepOrder(begun.definition, begun.sweep, "ada", "")
    assert other_contents(store, schedule) == OtherContents(2)
    assert other_contents(store, schedule, most=1) == OtherContents(1, is_all=False)
