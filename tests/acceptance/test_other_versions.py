"""Going on with another version of the program: what is placed stays as it is, and drafts are taken over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sociarium.records.runs import RunState
from tests.support.definitions import small, small_feed
from tests.support.guided_terminal import Guide
from tests.support.played_stores import replayed
from tests.support.program import Program
from tests.support.sweep_processes import Played, embedded

WORDS = "Other words than before."
DATA = Path(__file__).parents[1] / "data" / "protocol_1"
TALK = small(title="Talk", sweep="{factors: {speaker_selection: auto, messages: [4, 6, 8]}, replicates: 30}")
FEED = small_feed(
    title="Feed",
    people="[{handle: ada, follows: [bob]}, {handle: bob}, {generate: 3, role: troll, model: dry, prompt: A troll.}]",
    policy="{match: {words: [ruin]}, do: label}",
    sweep="{factors: {policy: [none, label]}, replicates: 3}",
)


@pytest.mark.slow
@pytest.mark.parametrize(("text", "runs", "placed"), [(TALK, 90, 64), (FEED, 6, 6)], ids=["conversation", "feed"])
def test_a_killed_sweep_goes_on_under_other_words(
    url: str, program_environment: dict[str, str], tmp_path: Path, text: str, runs: int, placed: int
) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(text, encoding="utf-8")
    played = Played(file, tmp_path, program_environment | {"SOCIARIUM_LEASE": "3600"}, url)
    assert played.play("--kill", "call:20", "--concurrency", "4") == -9
    with played.opened() as store:
        [sweep] = store.sweeps()
        before = {place.position: place.status.run for place in store.slots(sweep.id)}
        assert len(before) == placed
        stood = {run.id: run.content for run in store.runs(list(before.values()))}
    assert played.play("--words", WORDS) == 0
    asked = played.calls()
    assert played.play("--words", WORDS) == 0
    assert played.calls() == asked
    with played.opened() as store:
        [sweep] = store.sweeps()
        places = list(store.slots(sweep.id))
        assert len({place.status.run for place in places}) == runs
        assert {place.status.state for place in places} == {RunState.DONE}
        assert {place.position: place.status.run for place in places}.items() >= before.items()
        now = {run.id: run.content for run in store.runs([place.status.run for place in places])}
        assert now.items() >= stood.items()
        assert sum(WORDS in content for content in now.values()) == runs - placed
        for run in now:
            assert replayed(store, run).ended == "completed"


@pytest.mark.slow
def test_plan_and_run_say_that_runs_stand_with_other_texts(
    program: Program, program_environment: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(TALK, encoding="utf-8")
    url = embedded(tmp_path)
    assert program("plan", str(file), "--store", url, "--json").json["warnings"] == []
    assert not Path(url.removeprefix("sqlite:///")).exists()
    played = Played(file, tmp_path, program_environment, url)
    assert played.play("--kill", "call:20", "--words", WORDS) == -9
    said = program("plan", str(file), "--store", url, "--json").json["warnings"]
    assert [warning for warning in said if warning.startswith("64 runs of this version of the experiment")]
    assert "they keep theirs" in program("plan", str(file), "--store", url).out
    ended = program("run", str(file), "--store", url, "--json")
    assert "were placed with other texts" in ended.err
    assert ended.json["counts"]["done"] == 90


def test_a_draft_of_the_version_before_is_gone_on_with(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    folder = program.folder / "experiments" / "drafts"
    folder.mkdir(parents=True)
    [draft] = DATA.glob("*.json")
    (folder / draft.name).write_bytes(draft.read_bytes())
    guide = Guide(program, "new")
    guide.reads("Go on with the draft 'Lighthouse'")
    guide.terminal.send("\r")
    guide.says("The opening:", "The lamp is out.")
    guide.reads("Starting prompt of the keeper:")
    guide.terminal.close(force=True)
    document = json.loads((folder / draft.name).read_text(encoding="utf-8"))["document"]
    assert (document["title"], list(document["roles"])) == ("Lighthouse", ["keeper", "sailor"])
    assert document["starting_message"] == "The lamp is out."
