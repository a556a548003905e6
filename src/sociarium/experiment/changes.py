"""Paths into a definition as people write them: `sections[1].private.guard`, `sections.Goal.private.guard`,
`models.llama.temperature`.

A part is a key, `[position]`, or the title or name of a list's item. Keys may hold dots (`sweep.factors.agents.guard`):
the longest that is there is meant.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.errors import DefinitionError, Problem
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import from_tree, to_tree
from sociarium.experiment.loading.includes import Read
from sociarium.experiment.loading.parse import parse_yaml
from sociarium.experiment.problems import Loc, did_you_mean, path_text

_SOURCE = "--set"
"""As which the command line knows changes."""

_BRACKETS = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two definitions at a path; None where one of them has nothing there."""

    path: str
    before: Any
    after: Any


def change_definition(definition: Definition, changes: Sequence[tuple[str, str]], *, read: Read) -> Definition:
    """A definition with some of its parts changed, checked as a file is.

    Args:
        changes: path and YAML of the value, one after the other; `null` takes an optional part out.
        read: gives what `{file: path}` names.

    Raises:
        DefinitionError: with every path that is unknown, value that cannot be read, and fault of what comes out.
    """
    document = copy.deepcopy(to_tree(definition))
    problems = [problem for path, text in changes if (problem := _change(document, path, text))]
    try:
        definition = from_tree(document, source=_SOURCE, read=read)
    except DefinitionError as error:
        raise DefinitionError(_SOURCE, [*problems, *error.problems]) from None
    if problems:
        raise DefinitionError(_SOURCE, problems)
    return definition


def differences(before: Definition, after: Definition) -> list[Difference]:
    """Where two definitions differ, in the order of the later one; items of a list are told apart by title or name."""
    return [Difference(path_text(loc), old, new) for loc, old, new in _compare(to_tree(before), to_tree(after), ())]


def _change(document: dict[str, Any], path: str, text: str) -> Problem | None:
    tree = parse_yaml(text)
    if tree.problems:
        problem = tree.problems[0]
        return Problem(path, f"the value {text!r} cannot be read: {problem.message}", problem.mend)
    value = text if tree.value is None and not text.strip() else tree.value
    loc, value_there, rest = _follow(document, path)
    if rest and isinstance(value_there, dict) and (len(rest) == 1 or loc[-1:] == ("factors",)):
        # A key that is not there yet; whether it may be is for the checks of the document to say.
        loc, rest = (*loc, ".".join(rest)), []
    if rest or not loc:
        where = f"at {path_text(loc)} " if loc else ""
        mend = did_you_mean(rest[0] if rest else path, _names(value_there), most=12)
        return Problem(path, "there is nothing at this path", where + (mend or "there is nothing below"))
    *around, last = loc
    holder: Any = document
    for part in around:
        holder = holder[part]
    if value is not None:
        holder[last] = value
    elif isinstance(holder, dict):
        holder.pop(last, None)
    else:
        del holder[last]
    return None


def _follow(document: Any, path: str) -> tuple[Loc, Any, list[str]]:
    """How far a path leads: keys and positions, the value there, and the words that lead no further."""
    words = [word for word in _BRACKETS.sub(lambda match: f".{match[1]}", path).split(".") if word]
    loc: Loc = ()
    value = document
    while words and (step := _step(value, words)):
        count, part = step
        loc = (*loc, part)
        value, words = value[part], words[count:]
    return loc, value, words


def _step(value: Any, words: list[str]) -> tuple[int, str | int] | None:
    """How many words name a part of a value, and which; the longest there is."""
    for count in range(len(words), 0, -1):
        word = ".".join(words[:count])
        if isinstance(value, dict) and word in value:
            return count, word
        if isinstance(value, list):
            if count == 1 and word.isdecimal() and int(word) < len(value):
                return count, int(word)
            for position, item in enumerate(value):
                if _name(item) is not None and str(_name(item)).casefold() == word.casefold():
                    return count, position
    return None


def _name(item: Any) -> Any:
    return next((item[key] for key in ("title", "name") if key in item), None) if isinstance(item, dict) else None


def _names(value: Any) -> list[str]:
    """What may follow in a path: keys, or positions and titles."""
    if isinstance(value, dict):
        return list(value)
    if not isinstance(value, list):
        return []
    titles = [str(name) for item in value if (name := _name(item)) is not None]
    return titles or [str(position) for position in range(len(value))]


def _compare(before: Any, after: Any, loc: Loc) -> Iterator[tuple[Loc, Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _mappings(before, after, loc)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, loc)
    elif json.dumps(before) != json.dumps(after):
        yield loc, before, after


def _mappings(before: Mapping[str, Any], after: Mapping[str, Any], loc: Loc) -> Iterator[tuple[Loc, Any, Any]]:
    for key in (*after, *(key for key in before if key not in after)):
        if key in before and key in after:
            yield from _compare(before[key], after[key], (*loc, key))
        else:
            yield (*loc, key), before.get(key), after.get(key)
    shared = [key for key in after if key in before]
    if loc and shared != [key for key in before if key in after]:
        yield (*loc, "(order)"), [key for key in before if key in after], shared


def _lists(before: list[Any], after: list[Any], loc: Loc) -> Iterator[tuple[Loc, Any, Any]]:
    names_before, names = [_name(item) for item in before], [_name(item) for item in after]
    all_named = None not in {*names_before, *names}
    if not all_named or len({*names_before}) < len(before) or len({*names}) < len(after):
        if json.dumps(before) != json.dumps(after):
            yield from _by_position(before, after, loc)
        return
    for position, name in enumerate(names):
        if name in names_before:
            yield from _compare(before[names_before.index(name)], after[position], (*loc, position))
        else:
            yield (*loc, position), None, after[position]
    for position, name in enumerate(names_before):
        if name not in names:
            yield (*loc, position), before[position], None
    shared = [name for name in names if name in names_before]
    if shared != [name for name in names_before if name in names]:
        yield (*loc, "(order)"), [name for name in names_before if name in names], shared


def _by_position(before: list[Any], after: list[Any], loc: Loc) -> Iterator[tuple[Loc, Any, Any]]:
    if len(before) == len(after) and all(isinstance(item, dict) for item in (*before, *after)):
        for position, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _compare(old, new, (*loc, position))
    else:
        yield loc, before, after
