"""The options of a start, declared once for every command that plays."""

from __future__ import annotations

from dataclasses import fields
from inspect import signature
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from sociarium.cli.commands import resume, run
from sociarium.cli.commands.play_options import PlayFlags, RunOrder, with_play_flags
from sociarium.cli.play_session import part_sentences
from sociarium.config import Config
from sociarium.errors import BadInput
from sociarium.runner.sweep.play_options import PlayOptions


def test_commands_that_play_have_every_option_of_a_start() -> None:
    names = {field.name for field in fields(PlayFlags)}
    for command in (run.command, resume.command):
        assert names < set(signature(command).parameters)
        assert "flags" not in signature(command).parameters


def test_what_is_typed_arrives_as_options_of_the_start() -> None:
    received: list[PlayOptions] = []

    @with_play_flags
    def command(*, name: Annotated[str, typer.Argument()], flags: PlayFlags) -> None:
        assert name == "mine"
        received.append(flags.options(Config({})))

    app = typer.Typer()
    app.command()(command)
    typed = ["mine", "--concurrency", "3", "--workers", "2", "--limit", "7", "--max-cost", "1.5", "--max-tokens", "900",
             "--max-time", "1h30m", "--max-empty", "0.5", "--retry-failed", "--restart", "--allow-empty", "--no-pull",
             "--accept-digest", "a", "--accept-digest", "b", "--order", "by_model", "--pilot", "2"]  # fmt: skip
    result = CliRunner().invoke(app, typed)
    assert result.exit_code == 0, result.output
    [options] = received
    assert options == PlayOptions(concurrency=3, workers=2, limit=7, max_cost=1.5, max_tokens=900, max_time=5400,
                                  max_empty=0.5, retry_failed=True, restart=True, allow_empty=True,
                                  accept_digest=("a", "b"), pull=False, order="by_model", pilot=2,
                                  lease=Config({}).lease)  # fmt: skip


def test_the_words_of_a_start_say_the_same_when_they_are_typed_again() -> None:
    received: list[PlayFlags] = []

    @with_play_flags
    def command(*, flags: PlayFlags) -> None:
        received.append(flags)

    app = typer.Typer()
    app.command()(command)
    starts = [
        PlayFlags(),
        PlayFlags(concurrency=3, workers=2, on="dask://login1:8786", limit=7, order=RunOrder.BY_MODEL,
                  max_cost=0.1, max_tokens=900, max_time="1h30m",
                  retry_failed=True, restart=True, no_pull=True, accept_digest=["a", "-b c"],
                  max_empty=0.5, allow_empty=True, allow_code=True, yes=True, notify="mail -s 'done' me", pilot=2),
    ]  # fmt: skip
    for start in starts:
        result = CliRunner().invoke(app, start.words())
        assert result.exit_code == 0, result.output
    assert received == starts
    assert all(getattr(starts[1], field.name) != field.default for field in fields(PlayFlags)), "an option is left out"


def test_a_time_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(BadInput, match="--max-time 'soon'"):
        PlayFlags(max_time="soon").options(Config({}))


@pytest.mark.parametrize(
    ("left", "limit", "sentences"),
    [
        (0, None, []),
        (120, None, []),
        (60, None, ["60 runs are left."]),
        (60, 1, ["60 runs are left.", "At most 1 run is played now."]),
        (1, 60, ["1 run is left."]),
        (0, 5, ["At most 5 runs are played now."]),
        (0, 500, []),
    ],
)
def test_what_is_asked_before_a_start_says_which_part_of_the_sweep_it_plays(
    left: int, limit: int | None, sentences: list[str]
) -> None:
    assert part_sentences(120, left, limit) == sentences
