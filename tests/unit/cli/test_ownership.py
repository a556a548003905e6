"""What is said of whose an experiment is."""

from __future__ import annotations

from sociarium.cli.display.ownership import own_copy_message
from sociarium.records.plans import Experiment


def _experiment(id_: str, creator: str) -> Experiment:
    return Experiment(id_, creator, "Yard", "", favourite=False, created="2026-01-01T00:00:00Z")


def test_each_of_several_namesakes_is_named_with_the_command_that_adds_to_it() -> None:
    said = own_copy_message(_experiment("c" * 20, "cem"), [_experiment("a" * 20, "ada"), _experiment("b" * 20, "bob")])
    assert "an experiment by ada (aaaaaaaa) and one by bob (bbbbbbbb); this file became your own, cccccccc." in said
    assert "run aaaaaaaa or " in said
    assert said.endswith("run bbbbbbbb")
