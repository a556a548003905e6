"""People that an entry of `people:` names, put in its place when the file is read."""

from __future__ import annotations

from typing import Any

from sociarium.errors import Problem
from sociarium.experiment.faults import Loc, path_text
from sociarium.experiment.feed.lines import MOST_BROKEN, read_lines
from sociarium.experiment.files import Files, UnreadableFile, text_beside
from sociarium.experiment.tree import Placed, Tree


def expand(entry: Any, loc: Loc, tree: Tree, files: Files) -> list[Placed] | None:
    """The people whom an entry names; None where it names none and stands for itself. Faults go to the tree."""
    if not isinstance(entry, dict) or "file" not in entry:
        return None
    name = entry["file"]
    if len(entry) > 1 or not isinstance(name, str):
        mend = "write {file: people.jsonl}; what is said of its people stands in that file"
        tree.problems.append(Problem(path_text(loc), "an entry with `file` has that key alone", mend, tree.line(loc)))
        return []
    try:
        text = text_beside(name, files.read)
    except UnreadableFile as error:
        tree.problems.append(Problem(path_text(loc), error.message, error.mend, tree.line(loc)))
        return []
    found, broken = [], 0
    for line in read_lines(text):
        label = f"{name} line {line.number}"
        if line.value is not None:
            found.append(Placed(line.value, label))
        elif (broken := broken + 1) <= MOST_BROKEN:
            mend = 'write one JSON object a line, such as {"handle": "ada", "persona": "..."}'
            tree.problems.append(Problem(label, line.problem, mend, tree.line(loc)))
    if broken > MOST_BROKEN:
        message = f"{broken - MOST_BROKEN} more lines are broken"
        tree.problems.append(Problem(name, message, "mend those above first", tree.line(loc)))
    if not found and not broken:
        tree.problems.append(Problem(path_text(loc), f"the file {name!r} is empty", "write people into it",
                                     tree.line(loc)))  # fmt: skip
    return found
