"""What every store promises of lists: each filter, alone and with others, in order."""

from __future__ import annotations

import json
from itertools import islice

import pytest

from sociarium.ports.store import Store
from sociarium.records.lists import ExperimentQuery, RunQuery
from sociarium.records.runs import RunState
from tests.support.records import (
    AT,
    HOSTILE,
    LATER,
    edited,
    experiment,
    finished,
    marked,
    member,
    run,
    sweep,
    taken,
    version,
)

EVEN_LATER = "2026-03-01T10:00:00.000Z"


def document(*roles: str, **models: str) -> str:
    return json.dumps(
        {"roles": {role: {} for role in roles}, "models": {name: {"model": of} for name, of in models.items()}}
    )


def content(*roles: str, **models: str) -> str:
    described = [{"name": role, "count": 0 if role == "absent" else 1} for role in roles]
    return json.dumps({"roles": described, "models": {name: {"model": of} for name, of in models.items()}})


@pytest.fixture
def lab(store: Store) -> Store:
    """Three experiments by two people; five runs in three sweeps of two of them."""
    store.save_experiment(experiment("e1", creator="ada", created=AT), version("v1", "e1", document("guard", old="m0")))
    store.save_experiment(
        experiment("e1", creator="ada"), version("v1b", "e1", document("guard", "prisoner", llama="llama3"))
    )
    store.save_experiment(experiment("e2", creator="bob", created=LATER, favourite=True),
               version("v2", "e2", document("troll", gpt="gpt-4")))  # fmt: skip
    store.save_experiment(experiment("e3", creator="ada", created=EVEN_LATER, title=HOSTILE), version("v3", "e3"))
    store.save_sweep(sweep("aa", experiment="e1", created=AT))
    store.save_sweep(sweep("bb", experiment="e2", created=LATER))
    store.save_sweep(sweep("cc", experiment="e1", created=EVEN_LATER))
    guards, trolls = content("guard", "absent", llama="llama3"), content("guard", "troll", llama="llama3", gpt="gpt-4")
    store.place_runs(
        [
            member("a1", 0, "aa", days=1, calm=True),
            member("a2", 1, "aa", days=2, calm=True),
            member("a1", 2, "aa", days=3),
        ],
        [run("a1", content=guards), run("a2", content=trolls)],
    )
    store.place_runs(
        [member("b1", 0, "bb", days=1), member("b2", 1, "bb", **{HOSTILE: "x.y=z"})],
        [run("b1", experiment="e2", content=trolls), run("b2", experiment="e2", content=content("troll", gpt="gpt-4"))],
    )
    store.place_runs(
        [member("a2", 5, "cc", days=2), member("a3", 4, "cc", days=1)], [run("a2"), run("a3", content=guards)]
    )
    store.claim(taken("a1"))
    store.claim(finished("a1"))
    store.claim(taken("a2"))
    store.claim(finished("a2", state=RunState.FAILED, ended=None, error="away"))
    store.claim(taken("b1"))
    return store


def experiments(store: Store, **wanted: object) -> list[str]:
    return [one.experiment.id for one in store.list_experiments(ExperimentQuery(**wanted))]  # type: ignore[arg-type]


def runs(store: Store, **wanted: object) -> list[tuple[str, int, str]]:
    found = store.list_runs(RunQuery(**wanted))  # type: ignore[arg-type]  # options of a test
    return [(one.sweep, one.place.position, one.place.status.run) for one in found]


def test_experiments_are_listed_with_what_their_latest_version_is_about(lab: Store) -> None:
    found = list(lab.list_experiments(ExperimentQuery()))
    assert [one.experiment for one in found] == list(lab.experiments())
    assert [(one.versions, one.sweeps) for one in found] == [(1, 0), (1, 1), (2, 2)]
    assert (found[2].roles, found[2].models) == (("guard", "prisoner"), ("llama",))
    assert (found[0].roles, found[0].models) == ((), ())


def test_a_duplicate_is_listed_with_the_experiment_that_it_came_from(lab: Store) -> None:
    lab.save_experiment(experiment("e4", origin="v1", created="2026-03-02"), version("v4", "e4"))
    lab.save_experiment(experiment("e5", origin="gone", created="2026-03-01"), version("v5", "e5"))
    found = {one.experiment.id: one.origin for one in lab.list_experiments(ExperimentQuery())}
    assert found == {"e1": None, "e2": None, "e3": None, "e4": "e1", "e5": None}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["e3", "e2", "e1"]),
        ({"creator": "ada"}, ["e3", "e1"]),
        ({"favourite": True}, ["e2"]),
        ({"creator": "ada", "favourite": True}, []),
        ({"role": "prisoner"}, ["e1"]),
        ({"role": "guar"}, []),
        ({"model": "llama"}, ["e1"]),
        ({"model": "llama3"}, ["e1"]),
        ({"model": "old"}, []),
        ({"model": "gpt-4", "creator": "bob", "role": "troll", "favourite": True}, ["e2"]),
        ({"creator": HOSTILE}, []),
    ],
)
def test_experiments_are_filtered(lab: Store, wanted: dict[str, object], expected: list[str]) -> None:
    assert experiments(lab, **wanted) == expected


A1, A2, A1_AGAIN = ("aa", 0, "a1"), ("aa", 1, "a2"), ("aa", 2, "a1")
B1, B2 = ("bb", 0, "b1"), ("bb", 1, "b2")
A3, A2_LATER = ("cc", 4, "a3"), ("cc", 5, "a2")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [A3, A2_LATER, B1, B2, A1, A2, A1_AGAIN]),
        ({"sweep": "aa"}, [A1, A2, A1_AGAIN]),
        ({"experiment": "e2"}, [B1, B2]),
        ({"creator": "ada"}, [A3, A2_LATER, A1, A2, A1_AGAIN]),
        ({"creator": "carl"}, []),
        ({"state": RunState.DONE}, [A1, A1_AGAIN]),
        ({"state": RunState.FAILED}, [A2_LATER, A2]),
        ({"state": RunState.RUNNING}, [B1]),
        ({"state": RunState.PENDING}, [A3, B2]),
        ({"role": "guard"}, [A3, A2_LATER, B1, A1, A2, A1_AGAIN]),
        ({"role": "absent"}, []),
        ({"model": "gpt-4"}, [A2_LATER, B1, B2, A2]),
        ({"model": "llama", "role": "troll"}, [A2_LATER, B1, A2]),
        ({"where": {"days": "1"}}, [A3, B1, A1]),
        ({"where": {"days": "2", "calm": "true"}}, [A2]),
        ({"where": {HOSTILE: "x.y=z"}}, [B2]),
        ({"where": {"days": "1"}, "state": RunState.DONE}, [A1]),
        ({"where": {"days": "9"}}, []),
        ({"state": RunState.FAILED, "role": "troll", "sweep": "aa", "creator": "ada", "where": {"days": "2"}}, [A2]),
        ({"sweep": "zz"}, []),
    ],
)
def test_runs_are_filtered(lab: Store, wanted: dict[str, object], expected: list[tuple[str, int, str]]) -> None:
    assert runs(lab, **wanted) == expected


def test_runs_that_are_favourites_now_are_listed(lab: Store) -> None:
    assert runs(lab, favourite=True) == []
    lab.append_edit(edited("a2", kind="run"))
    lab.append_edit(edited("b1", kind="run"))
    lab.append_edit(edited("b1", kind="run", revision=3, favourite=False))
    lab.append_edit(edited("e1"))
    assert runs(lab, favourite=True) == [A2_LATER, A2]
    assert runs(lab, favourite=True, sweep="aa", state=RunState.FAILED) == [A2]
    assert runs(lab, favourite=True, where={"days": "1"}) == []


def test_a_listed_run_tells_how_it_stands(lab: Store) -> None:
    [one] = lab.list_runs(RunQuery(sweep="aa", where={"days": "2"}))
    assert (one.experiment, dict(one.place.condition), one.place.replicate) == ("e1", {"days": 2, "calm": True}, 1)
    assert one.place.status == lab.run_statuses(["a2"])[0]


def test_what_is_being_deleted_is_not_listed(lab: Store) -> None:
    lab.mark_deletion(marked("e1"))
    assert experiments(lab) == ["e3", "e2"]
    assert runs(lab) == [B1, B2]
    lab.unmark_deletion(marked("e1"))
    lab.mark_deletion(marked("a3", kind="run"))
    lab.delete_part(marked("a3", kind="run"), most=1)
    assert experiments(lab) == ["e3", "e2", "e1"]
    assert runs(lab, creator="ada") == [A2_LATER, A1, A2, A1_AGAIN]


@pytest.mark.slow
def test_lists_of_thousands_keep_their_order(store: Store) -> None:
    store.save_experiment(experiment(), version())
    for at in range(3):
        store.save_sweep(sweep(f"a{at}", created=f"2026-03-0{at + 1}T08:00:00.000Z"))
    ids = [f"b{at:04d}" for at in range(1500)]
    store.place_runs([member(id_, at // 3, f"a{at % 3}", part=at % 2) for at, id_ in enumerate(ids)],
                [run(id_, content=content("guard")) for id_ in ids])  # fmt: skip
    expected = [(f"a{sweep_}", at, ids[3 * at + sweep_]) for sweep_ in (2, 1, 0) for at in range(500)]
    assert runs(store) == expected
    assert runs(store, role="guard", state=RunState.PENDING) == expected
    assert len(runs(store, where={"part": "1"})) == 750
    assert [one.place.position for one in islice(store.list_runs(RunQuery()), 3)] == [0, 1, 2]


def test_what_a_colleague_made_of_an_experiment_is_not_what_it_is_about(lab: Store) -> None:
    lab.add_version(version("v1c", "e1", document("visitor", mistral="mistral"), by="bob"))
    assert experiments(lab, role="visitor") == []
    assert experiments(lab, model="mistral") == []
    assert experiments(lab, role="prisoner") == ["e1"]
    [listed] = [one for one in lab.list_experiments(ExperimentQuery()) if one.experiment.id == "e1"]
    assert (listed.versions, listed.roles, listed.models) == (3, ("guard", "prisoner"), ("llama",))
    lab.save_experiment(experiment("e1"), version("v1d", "e1", document("warden", llama="llama3")))
    assert experiments(lab, role="warden") == ["e1"]
