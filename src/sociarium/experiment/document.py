"""Experiment files: from YAML or JSON to a checked definition, and back.

All faults of a file are reported at once, each with its line, its path and the mend.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from sociarium.errors import DefinitionError, Problem
from sociarium.experiment import validation
from sociarium.experiment.definition import Definition
from sociarium.experiment.environments import DEFAULT_ENVIRONMENT, ENVIRONMENTS
from sociarium.experiment.feed.step_models import fold_step_models
from sociarium.experiment.loading.includes import ArchivePath, Files, Read, UnreadableFile, text_beside
from sociarium.experiment.loading.misplaced_keys import right_place
from sociarium.experiment.loading.parse import MOST_CHARACTERS, Tree, parse_json, parse_yaml
from sociarium.experiment.loading.partial_validation import cuttable, holds, in_file, may_follow, touches, without
from sociarium.experiment.loading.short_forms import written_out
from sociarium.experiment.loading.spelled_levels import spell_levels
from sociarium.experiment.loading.validation_messages import validation_message
from sociarium.experiment.problems import Loc, PathProblem, did_you_mean, path_text, text_at
from sociarium.experiment.schema import valid_keys

_MOST_ROUNDS = 10
_MOST_ILL_FORMED = 200
"""Parts of which the faults are reported at once; who has more has one fault many times."""
_LAST = ("probes", "hypotheses", "exclusions", "registered", "consent", "sweep", "sweeps")
"""Keys that a file is easier to read with at its end."""


def parse(
    data: bytes,
    *,
    source: str,
    read: Read,
    archive: Callable[[str], ArchivePath] | None = None,
    notes: list[Problem] | None = None,
) -> Definition:
    """The checked definition in a file's bytes, with the content of files it names in their place.

    Args:
        data: YAML, or JSON when `source` ends in `.json`.
        source: the file's name, for messages.
        read: reads a file named by `{file: path}`; paths are relative, inside the definition's folder.
        archive: opens a personal archive; without it, files that name one are refused.
        notes: gets what was read otherwise than it is probably meant, such as a text that a comment cuts.

    Raises:
        DefinitionError: with every problem of the file.
    """
    tree = _parse(data, source)
    if tree.problems:
        raise DefinitionError(source, tree.problems)
    definition = _check(tree, source, Files(read) if archive is None else Files(read, archive))
    if notes is not None:
        notes += tree.notes
    return definition


def from_tree(
    value: Any,
    *,
    source: str,
    read: Read,
    archive: Callable[[str], ArchivePath] | None = None,
    notes: list[Problem] | None = None,
) -> Definition:
    """`parse` for a document that is a tree of plain values already.

    Raises:
        DefinitionError: with every problem, by its path.
    """
    tree = Tree()
    tree.value = value
    definition = _check(tree, source, Files(read) if archive is None else Files(read, archive))
    if notes is not None:
        notes += tree.notes
    return definition


def _check(tree: Tree, source: str, files: Files) -> Definition:
    tree.value = written_out(tree.value, sources_in=ENVIRONMENTS[_environment_of(tree.value)].sources_in)
    fold_step_models(tree)
    spell_levels(tree)
    gaps = _expand_people(tree, files)
    tree.value = _inline_files(tree.value, (), tree, files.read)
    definition, faults = _validate(tree, gaps)
    # Of a text whose file could not be read nothing else is known.
    unread = {problem.path for problem in tree.problems}
    problems = [*tree.problems, *(problem for problem in faults if problem.path not in unread)]
    if definition is None or problems:
        raise DefinitionError(source, sorted(problems, key=_in_order))
    return definition


def _in_order(problem: Problem) -> tuple[int, str]:
    return problem.line or 0, re.sub(r"\d+", lambda digits: digits[0].zfill(9), problem.path)


def from_json(document: str) -> Definition:
    """A definition as a store holds it, checked before it was stored."""
    model = ENVIRONMENTS[_environment_of(json.loads(document))].definition
    definition: Definition = model.model_validate_json(document)
    return definition


def to_tree(definition: Definition) -> dict[str, Any]:
    """A definition as a tree of plain values that `from_tree` reads back."""
    return _plain(definition)


def to_json(definition: Definition) -> str:
    """A definition for a store; the order of keys is kept."""
    return json.dumps(_plain(definition))


def to_yaml(definition: Definition) -> str:
    """A definition as a file that `parse` reads back to an equal one."""
    yaml = YAML(typ="rt", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 110
    stream = io.StringIO()
    yaml.dump(_with_blocks(_plain(definition)), stream)
    return stream.getvalue()


def _environment_of(document: Mapping[str, Any]) -> str:
    """Which environment a document is about; the usual one where it says none that is known."""
    environment = document.get("environment")
    return environment if isinstance(environment, str) and environment in ENVIRONMENTS else DEFAULT_ENVIRONMENT


def _plain(definition: Definition) -> dict[str, Any]:
    document = definition.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    return {key: document[key] for key in sorted(document, key=lambda key: key in _LAST)}


def _with_blocks(value: Any) -> Any:
    if isinstance(value, dict):
        return {_with_blocks(key): _with_blocks(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_blocks(item) for item in value]
    if not isinstance(value, str) or value.isprintable():
        return value
    return LiteralScalarString(value) if _fits_block(value) else DoubleQuotedScalarString(value)


def _fits_block(text: str) -> bool:
    lines = text.split("\n")
    visible = all(line.isprintable() and line == line.rstrip() for line in lines)
    return visible and lines[0] != "" and not lines[0].startswith(" ")


def _parse(data: bytes, source: str) -> Tree:
    if len(data) > MOST_CHARACTERS:
        size, most = len(data) / 1e6, MOST_CHARACTERS / 1e6
        mend = "put long texts into files of their own and name them with {file: ...}"
        return Tree(problems=[Problem("", f"the file has {size:.0f} MB; at most {most:.0f} MB are read", mend)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return Tree(problems=[Problem("", "the file is not UTF-8 text", "save it as UTF-8", line=line)])
    if not text.strip():
        return Tree(problems=[Problem("", "the file is empty", "`sociarium demo` shows an example to start from")])
    tree = parse_json(text) if source.lower().endswith(".json") else parse_yaml(text)
    if not tree.problems and not isinstance(tree.value, dict):
        mend = "an experiment file has keys such as title, models, roles and sections"
        tree.problems.append(Problem("", "the file holds no mapping", mend, line=1))
    return tree


def _inline_files(value: Any, loc: Loc, tree: Tree, read: Read) -> Any:
    if loc in tree.moved and tree.moved[loc][1]:
        return value
    if isinstance(value, dict):
        if set(value) == {"file"} and isinstance(value["file"], str):
            return _file_text(value["file"], loc, tree, read)
        return {key: _inline_files(item, (*loc, key), tree, read) for key, item in value.items()}
    if isinstance(value, list):
        return [_inline_files(item, (*loc, position), tree, read) for position, item in enumerate(value)]
    return value


def _file_text(name: str, loc: Loc, tree: Tree, read: Read) -> str:
    try:
        text = text_beside(name, read)
    except UnreadableFile as error:
        tree.problems.append(_problem_at(loc, error.message, error.mend, tree, line=tree.line(loc)))
        return ""
    if "\r" in text:
        message = f"the file {name!r} has line ends of another system, carriage returns, which models read"
        mend = "save it with line ends of Unix (LF)"
        tree.notes.append(_problem_at(loc, message, mend, tree, line=tree.line(loc)))
    return text


def _expand_people(tree: Tree, files: Files) -> set[Loc]:
    """Put people and the like into the place of what names them; returns a path below which some could not be read."""
    kind = ENVIRONMENTS[_environment_of(tree.value)]
    entries = tree.value.get(kind.sources_in)
    if isinstance(entries, dict) and "file" in entries:
        # One entry that stands alone, without the sign of a list.
        entries = tree.value[kind.sources_in] = [entries]
    if kind.expand is None or not isinstance(entries, list):
        return set()
    tree.place(kind.sources_in, kind.expand(entries, (kind.sources_in,), tree, files))
    return {(kind.sources_in, "")} if tree.problems else set()


def _validate(tree: Tree, gaps: set[Loc]) -> tuple[Definition | None, list[Problem]]:
    """Check shape and meaning at once: ill-formed parts are noted, cut out, and the rest is checked on.

    Args:
        gaps: what is cut out from the beginning.
    """
    problems: list[Problem] = []
    cut = set(gaps)
    environment = _environment_of(tree.value)
    if tree.value.get("environment", environment) != environment:
        return None, [_unknown_environment(tree)]
    model = ENVIRONMENTS[environment].definition
    for _ in range(_MOST_ROUNDS):
        value = without(tree.value, cut)
        try:
            definition = model.model_validate_json(json.dumps(value))
        except ValidationError as error:
            details = error.errors(include_url=False)
        else:
            faults = [replace(fault, loc=in_file(fault.loc, cut)) for fault in validation.problems(definition)]
            return definition, problems + [_problem_of(fault, tree) for fault in faults if not may_follow(fault, cut)]
        if len(details) > _MOST_ILL_FORMED:
            more = Problem("", f"{len(details) - _MOST_ILL_FORMED} more parts are ill-formed", "mend the others first")
            details, problems = details[:_MOST_ILL_FORMED], [*problems, more]
        locs = [in_file(_tree_loc(detail, value), cut) for detail in details]
        for detail, loc in zip(details, locs, strict=True):
            problem = _shape_problem(detail, loc, tree, environment)
            repeats = touches(loc, cut) or any(other[: len(loc)] == loc != other for other in locs)
            if not repeats and problem not in problems:
                problems.append(problem)
        cut |= {cuttable(loc, tree.value, cut) for loc in locs}
        if () in cut or len(details) == _MOST_ILL_FORMED:
            break
    return None, problems


def _unknown_environment(tree: Tree) -> Problem:
    name = tree.value["environment"]
    mend = did_you_mean(str(name), ENVIRONMENTS)
    return Problem("environment", f"there is no environment {name!r}", mend, line=tree.line(("environment",)))


def _tree_loc(detail: ErrorDetails, value: Any) -> Loc:
    """A path of pydantic, which names union members too, as a path of the tree."""
    loc: list[str | int] = []
    for part in detail["loc"]:
        if holds(value, part):
            loc.append(part)
            value = value[part]
    if detail["type"] == "missing":
        loc.append(detail["loc"][-1])
    return tuple(loc)


def _shape_problem(detail: ErrorDetails, loc: Loc, tree: Tree, environment: str) -> Problem:
    is_unknown = detail["type"] == "extra_forbidden"
    allowed = valid_keys(environment, detail["loc"][:-1]) if is_unknown else ()
    message, mend = validation_message(detail, loc, allowed)
    elsewhere = right_place(loc, environment) if is_unknown else ""
    return _problem_at(loc, message, elsewhere or mend, tree, line=tree.line(loc))


def _problem_at(loc: Loc, message: str, mend: str, tree: Tree, *, line: int | None) -> Problem:
    location, elsewhere = tree.in_file(loc)
    return Problem(elsewhere or path_text(location), message, mend, line=line)


def _problem_of(fault: PathProblem, tree: Tree) -> Problem:
    line = tree.line(fault.loc)
    if fault.within is not None:
        line = tree.line_within(fault.loc, text_at(tree.value, fault.loc)[: fault.within])
    return _problem_at(fault.loc, fault.message, fault.mend, tree, line=line)
