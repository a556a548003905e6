"""The shipped experiments: they are read, and their ids stay what they are, so that what is stored is found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.exchange.definition_files import read_definition
from sociarium.experiment.identity import experiment_id, sweep_id, version_id
from sociarium.providers.rankers import load_rankers
from sociarium.records.plans import SweepRecord
from sociarium.runner.planning.plan import plan
from sociarium.runner.sweep.order import SweepOrder

SAMPLES = Path(__file__).parents[3] / "experiments"


@pytest.mark.parametrize(
    ("name", "experiment", "version", "sweep", "size", "first", "last"),
    [
        ("hierarchy", "58f6d964c86618fe41d1", "ca759a7929742ac1cca0", "main", 2400, "84fdf8e70e4f2a3fbc5b",
         "dafc33e446d5f1b624de"),
        ("jury", "9155896ccab9845c7acc", "0da5419aec067276a127", "main", 80, "1da69e1b98ac3fedff88",
         "79eaf2ea389bd2f986c1"),
        ("negotiation", "8636330c1d0b31d2df97", "dff2f80598a09f24f164", "main", 48, "7d6d352b99eb48a4ee4c",
         "0b60295875ea1e4e9e14"),
        ("prison", "345fdc3fb33725e8c87e", "3618d039aeac9f937fdf", "demo", 16, "144cfe0365503d9e668d",
         "69f2b7b879623c6bef0e"),
        ("prison", "345fdc3fb33725e8c87e", "3618d039aeac9f937fdf", "main", 1440, "115508738a5de462856a",
         "224988e202972c180c71"),
    ],
)  # fmt: skip
def test_ids_of_shipped_experiments_stay(
    name: str, experiment: str, version: str, sweep: str, size: int, first: str, last: str
) -> None:
    found = read_definition(SAMPLES / f"{name}.yaml")
    written = found.all_sweeps[sweep]
    id_ = experiment_id("ada", found.title)
    assert (id_, version_id(id_, found)) == (experiment, version)
    record = SweepRecord(
        id=sweep_id(version, sweep),
        experiment=id_,
        version=version,
        name=sweep,
        creator="ada",
        conditions=0,
        replicates=written.replicates,
        seed=written.seed,
        runs=0,
        created="",
    )
    schedule = SweepOrder(found, record, "ada", "")
    assert len(schedule) == size
    assert (schedule.at(0)[1].id, schedule.at(size - 1)[1].id) == (first, last)


def accepted(warning: str) -> bool:
    """What is to be asked about an example all the same."""
    return "no `max_tokens`" in warning or warning.startswith("one wording a level")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bots", "campaign", "devaluation", "rankers/calm", "rumour"])
def test_nothing_but_the_length_of_replies_and_wordings_is_to_be_asked_about_shipped_feeds(name: str) -> None:
    found = read_definition(SAMPLES / f"{name}.yaml")
    plans = {sweep: plan(found, sweep) for sweep in found.all_sweeps}
    assert all(told.person_days > 0 for told in plans.values())
    # Another option, or another text, would make other runs of them.
    assert [warning for warning in plans["main"].warnings if not accepted(warning)] == []


def test_every_shipped_experiment_is_part_of_the_package() -> None:
    settings = (SAMPLES.parent / "pyproject.toml").read_text()
    for path in [*SAMPLES.glob("*.yaml"), *SAMPLES.glob("rankers/*.yaml"), *SAMPLES.glob("rankers/*.py")]:
        name = path.relative_to(SAMPLES).as_posix()
        assert f'"experiments/{name}" = "sociarium/samples/{name}"' in settings


@pytest.mark.slow
def test_a_fifth_of_the_people_of_a_shipped_feed_act_by_a_rule() -> None:
    found = read_definition(SAMPLES / "bots.yaml")
    value = plan(found, "main")
    with_bots = 20 * found.sweep.replicates * 5 * 2 if found.sweep else 0
    assert value.rule_days / with_bots == 0.2


@pytest.mark.slow
def test_the_shipped_ranker_is_short_and_returns_what_it_is_given() -> None:
    source = (SAMPLES / "rankers" / "calm.py").read_text()
    assert len([line for line in source.splitlines() if line.strip()]) <= 20
    rankers = load_rankers(["calm:calm"], [SAMPLES / "rankers"])
    plan(read_definition(SAMPLES / "rankers" / "calm.yaml"), "main", rankers=rankers)
