"""A declared analysis: every fault of the file at once, with its line and the mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.analysis.declaration import read_declaration
from sociarium.errors import BadInput, DefinitionError


def faults(folder: Path, text: str, *, of_table: bool = True) -> list[str]:
    path = folder / "design.yaml"
    path.write_text(text)
    with pytest.raises(DefinitionError) as caught:
        read_declaration(path, of_table=of_table)
    return [str(problem) for problem in caught.value.problems]


def test_all_faults_are_told_at_once_with_line_and_mend(tmp_path: Path) -> None:
    text = "outcomes:\n  y: {type: scale}\n  z: {type: yes_no, from: 0}\nexclusions:\n  - {column: a}\n"
    assert faults(tmp_path, text) == [
        "line 2, outcomes.y: a scale has bounds; write from: and to:, or type: number",
        "line 3, outcomes.z: yes_no has no bounds; leave out from and to",
        "line 5, exclusions[0]: it has 0 comparisons; write one of is, is_not, below, above, empty; several rules "
        "stand one below the other",
    ]


def test_unknown_keys_have_the_nearest_name_and_a_missing_one_is_named(tmp_path: Path) -> None:
    assert set(faults(tmp_path, "outcomes: {y: {typ: number}}\nblok: seed\n")) == {
        "line 1, outcomes.y.typ: unknown key 'typ'; did you mean type?",
        "line 2, blok: unknown key 'blok'; did you mean block?",
    }
    assert faults(tmp_path, "title: x\n") == ["line 1, outcomes: 'outcomes' is missing; add it"]


@pytest.mark.parametrize("text", ["", "- a\n", "outcomes: [\n", "outcomes: {}\n"])
def test_what_is_no_declaration_is_refused(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text)


def test_what_a_sweep_knows_by_itself_is_refused_there(tmp_path: Path) -> None:
    text = "run: id\noutcomes: {words: {how: sum}}\nfactors: {goal: {column: g}}\n"
    assert [one.partition(":")[0] for one in faults(tmp_path, text, of_table=False)] == [
        "line 1, run", "line 3, factors.goal.column", "line 2, outcomes.words.how",
    ]  # fmt: skip


def test_a_file_in_other_characters_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_bytes("title: Zoë".encode("cp1252"))
    with pytest.raises(BadInput, match="is not UTF-8"):
        read_declaration(path, of_table=True)
