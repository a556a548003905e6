"""Measures of a researcher's own: plain functions of their modules.

    def hedges(message):
        return message.text.lower().count("perhaps")

    hedges.unit = "times"

The function gets a `MeasuredMessage`; with `level = "run"` a `MeasuredRun`; with `level = "person"` a `MeasuredRun` and
a name. It returns a number, a short text, true or false, or None where there is no value.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from sociarium.analysis.measures.missing import Missing
from sociarium.analysis.measures.registry import MeasureSpec, Value, message_of
from sociarium.analysis.measures.units import Level, MeasuredRun
from sociarium.errors import SetupError

_LEVELS: tuple[Level, ...] = ("message", "post", "person", "run")


def own_measure(name: str, module: ModuleType, digest: str) -> MeasureSpec:
    """The measure that a function of a module is.

    Args:
        name: `package.module:function`.
        digest: SHA-256 of the module's source, which is the measure's version.

    Raises:
        SetupError: the module has no such function, or it names a level that there is not.
    """
    _, _, function_name = name.partition(":")
    function: Any = getattr(module, function_name, None)
    if not callable(function):
        raise SetupError(f"the module {module.__name__} ({module.__file__}) has no function {function_name!r}")
    written = getattr(function, "level", "message")
    level = next((one for one in _LEVELS if one == written), None)
    if level is None:
        raise SetupError(f"{name} has the level {written!r}; write one of {', '.join(_LEVELS)}")

    def compute(run: MeasuredRun, subject: str) -> Value:
        match level:
            case "run":
                value = function(run)
            case "person":
                value = function(run, subject)
            case _:
                value = function(message_of(run, subject))
        return Missing("the function returned None") if value is None else value

    texts = {key: str(getattr(function, key, "") or "") for key in ("unit", "meaning")}
    meaning = texts["meaning"] or (function.__doc__ or "").strip().partition("\n")[0]
    return MeasureSpec(name, level, lambda: f"sha256:{digest}", compute, texts["unit"], meaning)


def is_own(name: str) -> bool:
    """Whether a measure's name is that of a function of somebody's own."""
    return ":" in name


def own_refusal(name: str) -> str:
    """Why a measure of somebody's own is not computed."""
    return (
        f"the measure {name} is code of somebody's own, which is loaded only with --allow-code (in Python: "
        "allow_code=True); read it before, where it is not yours"
    )


def fault_of(value: object) -> str | None:
    """Why something that a measure returned cannot be kept; None where it can."""
    if isinstance(value, Mapping):
        entries = all(isinstance(key, str) and fault_of(one) is None for key, one in value.items())
        return None if entries else "a course that is no mapping of days, as text, to numbers"
    if isinstance(value, float) and value - value != 0:
        return "no finite number"
    if isinstance(value, str) and len(value) > LONGEST:
        return f"a text of more than {LONGEST} characters"
    if isinstance(value, bool | int | float | str | Missing):
        return None
    return f"a {type(value).__name__}; return a number, a short text, true or false, or None"


LONGEST = 200
"""Characters of a text that is a value: a category, not a passage."""
