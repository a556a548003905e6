"""The measures of the house: lengths of files and functions, numbers of parameters, and names that say what acts."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import sociarium

SOURCE = Path(__file__).parents[2] / "src"
LONGEST_FILE = 300
LONGEST_FUNCTION = 50
MOST_PARAMETERS = 7

Function = ast.FunctionDef | ast.AsyncFunctionDef
Part = Function | ast.Import | ast.ImportFrom

PARTICIPLES = frozenset({
    "begun", "bound", "bought", "brought", "built", "chosen", "done", "drawn", "felt", "found", "gone", "given",
    "grown", "heard", "held", "hidden", "kept", "known", "laid", "led", "left", "lost", "made", "meant", "met",
    "paid", "said", "seen", "sent", "shown", "sold", "spent", "spoken", "struck", "swept", "taken", "told",
    "thrown", "understood", "won", "written", "rewritten",
})  # fmt: skip
"""Those that do not end in -ed."""

OTHER_WORDS = frozenset({"feed", "need", "proceed", "seed", "speed"})
"""End in -ed, and are none."""

QUESTIONS = frozenset({"are", "can", "did", "has", "have", "is", "may", "must", "was"})
OPENERS = frozenset({
    "as", "count", "drop", "follow", "insert", "list", "mark", "note", "on", "refuse", "remove", "rename",
    "search", "split", "with",
})  # fmt: skip
"""A name that begins with a question, a verb, or with what a copy is like (`with_role_renamed`) says what it is."""

ALLOWED = frozenset({"hidden_when_done"})
"""Names that would be worse otherwise."""

FORMS = frozenset({
    "sociarium/viewer/routes/experiments.py:experiments",
    "sociarium/viewer/routes/feed.py:_query",
})  # fmt: skip
"""Their parameters are the fields of a query; those of commands are their options."""

PARTS_OF_OTHERS = frozenset({"markupsafe", "pydantic_core", "typeguard"})
"""What comes with a declared package: the markup of jinja2, pydantic's own core, and what inflect needs."""

MODULES = {path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")}


def parts_of(node: ast.AST) -> Iterator[Part]:
    """Functions and imports in a piece of code, wherever a statement may stand."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, Part):
            yield part
        if isinstance(part, ast.stmt | ast.excepthandler | ast.match_case):
            yield from parts_of(part)


@cache
def parts() -> tuple[tuple[str, Part], ...]:
    """Each function and import, with the name of its file: read once, for it takes a second."""
    return tuple((name, part) for name, text in MODULES.items() for part in parts_of(ast.parse(text)))


def functions() -> Iterator[tuple[str, Function]]:
    return ((name, part) for name, part in parts() if isinstance(part, Function))


def length(function: Function) -> int:
    """Lines, without the docstring."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or 0) - first.lineno + 1
    return lines


def parameters(function: Function) -> int:
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return len(arguments) - (bool(arguments) and arguments[0].arg in {"self", "cls"})


def is_property(function: Function) -> bool:
    return any(isinstance(node, ast.Name) and "property" in node.id for node in function.decorator_list)


def hides_what_it_does(name: str) -> bool:
    """Whether a name is a participle, or ends in one without a verb or question in front."""
    *before, last = name.strip("_").split("_")
    is_participle = last in PARTICIPLES or (last.endswith("ed") and last not in OTHER_WORDS)
    return is_participle and not (before and before[0] in QUESTIONS | OPENERS) and name not in ALLOWED


def test_a_file_is_one_concept() -> None:
    lines = {name: text.count("\n") for name, text in MODULES.items()}
    assert not {name: count for name, count in lines.items() if count > LONGEST_FILE}


def test_a_function_is_read_at_a_glance() -> None:
    assert not [
        (name, function.name, length(function)) for name, function in functions() if length(function) > LONGEST_FUNCTION
    ]


def test_a_function_takes_few_parameters() -> None:
    assert not [
        (name, function.name, parameters(function))
        for name, function in functions()
        if parameters(function) > MOST_PARAMETERS
        and not (name.startswith("sociarium/cli/commands/") and function.name == "command")
        and f"{name}:{function.name}" not in FORMS
    ]


def test_what_acts_is_named_by_a_verb_and_what_computes_by_a_noun() -> None:
    assert not [
        (name, function.name)
        for name, function in functions()
        if hides_what_it_does(function.name) and not is_property(function)
    ]


@pytest.mark.parametrize(
    ("name", "hides"),
    [("saved", True), ("_grouped", True), ("text_wrapped", True), ("told", True), ("_", False), ("seed", False),
     ("is_changed", False), ("refuse_deleted", False), ("wrapped_lines", False)],
)  # fmt: skip
def test_a_participle_at_the_end_of_a_name_is_seen(name: str, hides: bool) -> None:
    assert hides_what_it_does(name) == hides


def test_every_exception_is_still_needed() -> None:
    names = {f"{name}:{function.name}" for name, function in functions()}
    assert names >= FORMS
    short = {name.rpartition(":")[2] for name in names}
    assert short >= ALLOWED
    ends = {name.strip("_") for name in short if hides_what_it_does(name.rpartition("_")[2])}
    assert {name.partition("_")[0] for name in ends} >= OPENERS


def imports(part: Part) -> Iterator[str]:
    if isinstance(part, ast.Import):
        yield from (name.name.partition(".")[0] for name in part.names)
    elif isinstance(part, ast.ImportFrom) and part.module is not None:
        yield part.module.partition(".")[0]


def test_what_is_imported_is_declared() -> None:
    project = tomllib.loads((SOURCE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    declared = {re.split(r"[<>=\[]", entry)[0].lower() for entries in lists for entry in entries}
    known = {*sys.stdlib_module_names, "sociarium", *PARTS_OF_OTHERS}
    imported = {name for _, part in parts() for name in imports(part)} - known
    distributions = packages_distributions()
    names = {name: {one.lower().replace("_", "-") for one in distributions.get(name, [name])} for name in imported}
    assert {name: by for name, by in names.items() if not by & declared} == {}


def test_the_version_is_the_same_wherever_it_is_written() -> None:
    root = SOURCE.parent
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (root / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    assert project["version"] == sociarium.__version__
    assert f"version: {sociarium.__version__}" in citation
