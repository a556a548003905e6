"""Leaving the guided program: by Esc, Ctrl-C, Ctrl-D and SIGKILL, and where there is no terminal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.definitions import small
from tests.support.guided_evenings import Asked, picked, said
from tests.support.guided_terminal import CTRL_C, CTRL_D, CTRL_O, DOWN, ENTER, ESC, SPACE, Guide
from tests.support.program import Program
from tests.support.sweep_processes import embedded

FORMER = Path(__file__).parents[1] / "data/protocol_1/20260106-030405-0a1b2c.json"


def begun(program: Program) -> Guide:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    guide = Guide(program, "new")
    guide.takes("What do you want to study?")
    guide.says("What is the experiment called?", "Half done")
    return guide


def killed(guide: Guide) -> None:
    guide.dies()


def taken_up(program: Program) -> Guide:
    guide = Guide(program, "new")
    guide.reads("What you began before is kept.")
    guide.terminal.send(ENTER)
    return guide


@pytest.mark.parametrize("arguments", [(), ("new",)])
def test_without_a_terminal_a_line_says_which_command_to_use(program: Program, arguments: tuple[str, ...]) -> None:
    said = program(*arguments)
    assert said.code == 2
    assert len(said.err.splitlines()) == 1
    assert "run FILE" in said.err
    assert not said.out


@pytest.mark.slow
def test_killed_at_each_question_nothing_is_lost_but_that_question(program: Program) -> None:
    guide = begun(program)
    guide.reads("Which roles take part?")
    killed(guide)
    guide = taken_up(program)
    guide.says("Which roles take part?", "tenant, landlord")
    guide.reads("Who speaks for the agents?")
    killed(guide)
    guide = taken_up(program)
    guide.picks("Who speaks for the agents?", 4)
    guide.reads("Its name in your tables:")
    killed(guide)
    guide = taken_up(program)
    guide.takes("Its name in your tables:")
    guide.says("The opening:", "Begin.")
    guide.reads("Starting prompt of the tenant:")
    killed(guide)
    guide = taken_up(program)
    guide.says("Starting prompt of the tenant:", "I am a tenant.")
    guide.says("Starting prompt of the landlord:", "I am a landlord.")
    guide.opens("Private")
    guide.picks("Private questions:")
    guide.says("Its name in your tables:", "mood")
    guide.presses("Who is asked?", DOWN, SPACE, ENTER)
    guide.takes("When?")
    guide.reads("The question:")
    killed(guide)
    guide = taken_up(program)
    guide.says("The question:", "How are you?")
    guide.picks("How is it answered?", 2)
    guide.presses("Private questions:", ESC)
    guide.opens("Perform")
    guide.takes("How many messages")
    guide.reads("Over how many days?")
    killed(guide)
    guide = taken_up(program)
    guide.takes("Over how many days?")
    guide.reads("How many agents of the role tenant?")
    killed(guide)
    [draft] = program.folder.glob("experiments/drafts/*.json")
    document = json.loads(draft.read_text())["document"]
    assert document["sweep"] == {"factors": {"messages": 10, "days": 1}}
    assert document["probes"] == [{"name": "mood", "of": ["tenant"], "at": ["end"], "ask": "How are you?"}]
    assert program("list", "experiments", "--json").json == []


TOGETHER: Sequence[Asked] = (
    said("Its name in your tables:", "climate", wrong="model", reason="is taken; choose another."),
    Asked("What changes together?", "model" + ENTER + "messages" + ENTER + ENTER),
    said("Name of level 1:", "mild", wrong=" ", reason="Write something."),
    said("Messages:", "2", wrong="none", reason="whole number"),
    picked("Model:"),
    said("Name of level 2:", "tense", wrong="mild", reason="is taken; choose another."),
    said("Messages:", "4", wrong="-3", reason="too small"),
    picked("Model:", 1),
)
PLACE_OF_LEFT_OUT = 2
"""Below *Let several change together*, where the list stands after it: one factor more is above."""
LEFT_OUT: Sequence[Asked] = (
    Asked("Which comparisons does it name?", SPACE + DOWN + SPACE + ENTER),
    Asked("Which of days?", SPACE + ENTER),
    Asked("Which of climate?", DOWN + SPACE + ENTER),
)


@pytest.mark.slow
def test_killed_where_several_change_together_and_where_combinations_are_left_out_nothing_is_lost(
    program: Program,
) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    models = "{dry: {provider: offline}, wet: {provider: offline}}"
    assert program("import", program.file(small(models=models, sweep="{factors: {days: [1, 2]}}"))).code == 0
    guide = Guide(program)
    guide.picks("What do you want to do?", 1)
    guide.takes("Which experiment?")
    guide.opens("What")
    guide.picks("What is compared:", 2)
    # Before the first answer there is nothing to go on with.
    TOGETHER[0].is_mended(guide)
    for question in (*TOGETHER[1:], None, *LEFT_OUT):
        if question is None:
            guide.picks("What is compared:", PLACE_OF_LEFT_OUT)
            guide.picks("Combinations that are left out:")
            continue
        question.is_read(guide)
        killed(guide)
        guide = taken_up(program)
        question.is_mended(guide)
    guide.reads("days: 1 and climate: tense")
    killed(guide)
    [draft] = program.folder.glob("experiments/drafts/*.json")
    kept = json.loads(draft.read_text())
    assert kept["answers"] == {}
    assert kept["document"]["sweep"] == {
        "factors": {
            "days": [1, 2],
            "climate": [
                {"name": "mild", "messages": 2, "model": "dry"},
                {"name": "tense", "messages": 4, "model": "wet"},
            ],
        },
        "exclude": [{"days": 1, "climate": "tense"}],
    }


@pytest.mark.slow
def test_a_draft_of_an_earlier_version_is_gone_on_with(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    drafts = program.folder / "experiments/drafts"
    drafts.mkdir(parents=True)
    shutil.copy(FORMER, drafts)
    guide = Guide(program, "new")
    guide.reads("Go on with the draft 'Lighthouse'")
    guide.terminal.send(ENTER)
    guide.says("The opening:", "The lamp is out.")
    guide.says("Starting prompt of the keeper:", "I keep it.")
    guide.says("Starting prompt of the sailor:", "I sail.")
    guide.opens("Save")
    guide.reads("Saved: 'Lighthouse'")
    guide.quits()
    assert not list(drafts.iterdir())
    [kept] = program("list", "experiments", "--json").json
    assert kept["roles"] == ["keeper", "sailor"]


@pytest.mark.slow
def test_esc_goes_back_by_one_question_and_never_ends_the_program(program: Program) -> None:
    guide = begun(program)
    guide.says("Which roles take part?", "tenant")
    guide.presses("Who speaks for the agents?", ESC)
    guide.reads("Which roles take part?")
    guide.reads("tenant")
    guide.terminal.send(ESC)
    guide.reads("What is the experiment called?")
    guide.reads("Half done")
    guide.mends("Otherwise")
    guide.takes("Which roles take part?")
    guide.presses("Who speaks for the agents?", CTRL_C)
    guide.reads("'Otherwise' as a draft?")
    guide.terminal.send(ENTER)
    assert guide.ends() == 130
    assert len(list(program.folder.glob("experiments/drafts/*.json"))) == 1
    menu = Guide(program)
    menu.presses("What first?", ESC)
    menu.takes("Leave the program?")
    menu.presses("What first?", CTRL_C)
    assert menu.ends() == 130


@pytest.mark.slow
def test_leaving_the_page_asks_what_becomes_of_what_is_not_saved(program: Program) -> None:
    guide = begun(program)
    guide.says("Which roles take part?", "one")
    guide.picks("Who speaks for the agents?", 4)
    guide.takes("Its name in your tables:")
    guide.says("The opening:", "Begin.")
    guide.says("Starting prompt of the one:", "I am.")
    guide.escapes()
    guide.presses("'Half done' is not saved as it stands:", ESC)
    guide.escapes()
    guide.picks("'Half done' is not saved as it stands:", -1)
    assert guide.ends() == 0
    assert not list(program.folder.glob("experiments/drafts/*.json"))


@pytest.mark.slow
def test_leaving_in_the_middle_keeps_no_half_experiment(program: Program) -> None:
    editor = program.folder / "editor"
    editor.write_text("#!/bin/sh\nprintf 'Written\\nelsewhere' > \"$1\"\n")
    editor.chmod(0o700)
    program.environment["EDITOR"] = str(editor)
    guide = begun(program)
    guide.says("Which roles take part?", "one")
    guide.picks("Who speaks for the agents?", 4)
    guide.takes("Its name in your tables:")
    guide.presses("The opening:", CTRL_O)
    guide.reads("elsewhere")
    guide.terminal.send(ENTER)
    guide.reads("Starting prompt of the one:")
    [draft] = program.folder.glob("experiments/drafts/*.json")
    assert "Written\\nelsewhere" in draft.read_text()
    guide.terminal.send(CTRL_D)
    guide.picks("Keep what you wrote", 1)
    assert guide.ends() == 130
    assert not draft.exists()
    assert program("list", "experiments", "--json").json == []


@pytest.mark.slow
def test_a_name_is_asked_for_once_and_the_rest_of_the_settings_stays(program: Program) -> None:
    settings = "# the lab's\nexport OPENAI_BASE_URL='http://gpu:1'\n"
    (program.folder / ".env").write_text(settings)
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    del program.environment["SOCIARIUM_USER"]
    guide = Guide(program, USER="grace", LOGNAME="grace")
    guide.reads("Your name, as colleagues will see it:")
    guide.reads("grace")
    guide.terminal.send("\x7f" + ENTER)
    guide.reads("Write a name")
    guide.terminal.send("Ada Löwe" + ENTER)
    guide.reads("SOCIARIUM_USER in .env")
    guide.reads("You are Ada Löwe.")
    guide.presses("What first?", CTRL_C)
    assert guide.ends() == 130
    assert (program.folder / ".env").read_text() == settings + "SOCIARIUM_USER='Ada Löwe'\n"
    guide = Guide(program)
    guide.reads("You are Ada Löwe.")
    guide.presses("What first?", CTRL_C)
    assert guide.ends() == 130
    assert "Your name" not in guide.shown


@pytest.mark.slow
def test_a_name_that_nobody_gives_is_the_systems_and_is_asked_for_again(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    del program.environment["SOCIARIUM_USER"]
    for _ in range(2):
        guide = Guide(program, USER="grace", LOGNAME="grace")
        guide.presses("Your name, as colleagues will see it:", ESC)
        guide.reads("grace for now; the next start asks again.")
        guide.reads("You are grace.")
        guide.presses("What first?", CTRL_C)
        assert guide.ends() == 130
    assert not (program.folder / ".env").exists()
