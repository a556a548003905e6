"""What is left of a document when its ill-formed parts are cut out, so that all faults can be reported at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sociarium.experiment.problems import Loc, PathProblem

_SWEEPS = ("sweep", "sweeps")
_NAMED_IN_SWEEPS = ("sections", "summarizer", "manager", "events", "probes", "people", "newcomers", "prompts", "policy")
_NAMING_PEOPLE = ("people", "roles", "sections", "probes", "prompts", "events")


def stand_in(loc: Loc) -> Any:
    """What stands for an ill-formed part, so that what refers to it is not at fault; None where nothing can."""
    match loc:
        case ("title",):
            return "?"
        case ("models", _):
            return {"provider": "offline"}
        case ("roles", _):
            return {}
        case ("people", int(), "generate" | "count"):
            return 1
        case (_, int(), "private", str()) | (_, int(), "shared" | "content" | "ask" | "text" | "post" | "prompt"):
            return ""
        case _:
            return None


def cuttable(loc: Loc, value: Any, cut: set[Loc]) -> Loc:
    """The part to cut out for a fault: the faulty one, or what is around it where that is missing or cut already."""
    while loc and (loc in cut or not _is_in(value, loc)) and not (stand_in(loc) and loc not in cut):
        loc = loc[:-1]
    return loc


def _is_in(value: Any, loc: Loc) -> bool:
    for part in loc:
        if not holds(value, part):
            return False
        value = value[part]
    return True


def touches(loc: Loc, cut: Iterable[Loc]) -> bool:
    """Whether a path leads to, through or into a part that was cut out."""
    return any(loc[: len(other)] == other or other[: len(loc)] == loc for other in cut)


def may_follow(fault: PathProblem, cut: Iterable[Loc]) -> bool:
    """Whether a fault may come only of what was cut out."""
    gaps = [loc for loc in cut if stand_in(loc) is None]
    if touches(fault.loc, gaps):
        return True
    if fault.loc[0] in _NAMING_PEOPLE and any(loc[0] in {"people", "newcomers"} for loc in gaps):
        return True
    if fault.within is not None:
        return False
    if fault.loc[0] in _SWEEPS:
        return any(loc[0] in _NAMED_IN_SWEEPS or loc[:1] == fault.loc[:1] for loc in cut)
    return ("sections", 0) in gaps and fault.loc[:1] == ("sections",) and fault.loc[2:] == ("title",)


def without(value: Any, cut: set[Loc], loc: Loc = ()) -> Any:
    """A tree with parts cut out, stand-ins in their place."""
    if isinstance(value, dict):
        rest = {key: item for key, item in value.items() if (*loc, key) not in cut}
        missing = [other for other in cut if other[:-1] == loc]
        added = {str(other[-1]): stand_in(other) for other in missing if stand_in(other) is not None}
        return {key: without(item, cut, (*loc, key)) for key, item in rest.items()} | added
    if isinstance(value, list):
        return [without(item, cut, (*loc, i)) for i, item in enumerate(value) if (*loc, i) not in cut]
    return value


def in_file(loc: Loc, cut: set[Loc]) -> Loc:
    """A path of what is left, as a path of the file: items of lists move up where others before them are cut."""
    where: Loc = ()
    for part in loc:
        if isinstance(part, int):
            for gap in sorted(other[-1] for other in cut if other[:-1] == where and isinstance(other[-1], int)):
                part += gap <= part
        where = (*where, part)
    return where


def holds(value: Any, part: str | int) -> bool:
    """Whether a mapping has a key, or a list a position."""
    if isinstance(value, dict):
        return part in value
    return isinstance(value, list) and isinstance(part, int) and part < len(value)
