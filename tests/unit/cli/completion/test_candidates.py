"""What fits where the cursor stands."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from sociarium.cli.command_names import COMMANDS
from sociarium.cli.completion.candidates import Candidate, Candidates, Position, completion
from sociarium.cli.completion.table import read_table

TABLE = read_table()


class Shelf:
    """A store that notes what it is asked for."""

    def __init__(self, *values: str) -> None:
        self.asked: list[Position] = []
        self._values = values

    def __call__(self, position: Position) -> Iterable[Candidate]:
        self.asked.append(position)
        return map(Candidate, self._values)


def complete(line: str, *values: str) -> tuple[Candidates, Shelf]:
    *before, typed = line.split(" ")
    shelf = Shelf(*values)
    return completion(before, typed, commands=COMMANDS, table=TABLE, look=shelf), shelf


def words(line: str, *values: str) -> list[str]:
    return [one.value for one in complete(line, *values)[0].candidates]


def test_commands_and_what_the_program_itself_takes() -> None:
    assert words("") == list(COMMANDS)
    assert words("st") == ["status", "steer"]
    assert words("help st") == ["status", "steer"]
    assert words("--ver") == ["--version"]
    assert words("--install-completion ") == ["bash", "zsh", "fish"]
    assert words("nothing-of-ours ") == []


def test_every_command_of_the_program_is_in_the_table() -> None:
    assert list(TABLE) == list(COMMANDS)


@pytest.mark.parametrize("line", ["run --det", "run mine.yaml --det", "run --yes mine.yaml --det"])
def test_options_of_a_command(line: str) -> None:
    assert words(line) == ["--detach"]


def test_an_option_that_stands_is_not_offered_again_unless_it_may_be_repeated() -> None:
    assert "--yes" not in words("run --yes --")
    assert "--yes" not in words("run -y --")
    assert "--accept-digest" in words("run --accept-digest a --")


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("list runs --state ", ["pending", "running", "done", "failed", "cancelled"]),
        ("list runs --state=d", ["--state=done"]),
        ("list r", ["runs"]),
        ("resume --order b", ["by_model"]),
        ("models p", ["pull"]),
    ],
)
def test_choices_are_all_that_is_offered(line: str, values: list[str]) -> None:
    result, shelf = complete(line, "something else")
    assert [one.value for one in result.candidates] == values
    assert not result.files
    assert not shelf.asked


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("show ", ["RUN", "SWEEP"]),
        ("status --watch ", ["SWEEP"]),
        ("results ", ["EXPERIMENT", "SWEEP", "RUN"]),
        ("duplicate ", ["EXPERIMENT"]),
        ("results abc --where ", ["FACTOR=LEVEL"]),
        ("duplicate abc --set ", ["PATH=VALUE"]),
        ("results abc --by a,", ["FACTOR,..."]),
        ("list runs --creator ", ["CREATOR"]),
    ],
)
def test_the_store_is_asked_for_what_an_argument_or_option_takes(line: str, kinds: list[str]) -> None:
    _, shelf = complete(line)
    [position] = shelf.asked
    assert position.kinds == kinds


def test_the_store_is_told_what_stands_on_the_line_before() -> None:
    _, shelf = complete("results abc --store sqlite:///x --json --where mod")
    [position] = shelf.asked
    assert (position.typed, list(position.arguments)) == ("mod", ["abc"])
    assert position.options["--store"] == "sqlite:///x"


def test_files_are_offered_where_a_path_is_taken_and_beside_titles() -> None:
    assert complete("plan ")[0].files
    result, _ = complete("run The", "The east wing", "Other")
    assert result == Candidates([Candidate("The east wing")], files=True)
    assert complete("run dir/mi", "dir/mine")[0] == Candidates(files=True)
    assert complete("export abc --out ")[0].files
    assert not complete("show ")[0].files


def test_nothing_fits_after_the_last_argument() -> None:
    assert complete("show abc ", "abc")[0] == Candidates()
