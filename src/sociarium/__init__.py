"""Experiments on groups of language-model agents.

What notebooks and scripts use is offered here, and loaded when it is first asked for; see docs/python.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sociarium.version import __version__ as __version__

if TYPE_CHECKING:
    from sociarium.api.experiments import Experiment, load, loads
    from sociarium.api.feeds import Feed, Person, PersonState, Post, Reaction, feed
    from sociarium.api.forks import extend, fork
    from sociarium.api.interviews import Interview, Interviews, ask, interviews
    from sociarium.api.judging import Judgement, judge
    from sociarium.api.keywords import AskKeywords, PlayKeywords
    from sociarium.api.measuring import Measured, measure
    from sociarium.api.plans import Plan, plan
    from sociarium.api.play import resume, run, run_async
    from sociarium.api.results import SweepResult
    from sociarium.api.runs import RunRow, RunRows, runs
    from sociarium.api.tables import table
    from sociarium.api.transcripts import Message, Transcript, messages, transcript
    from sociarium.api.validating import Validation, validate

__all__ = [
    "AskKeywords",
    "Experiment",
    "Feed",
    "Interview",
    "Interviews",
    "Judgement",
    "Measured",
    "Message",
    "Person",
    "PersonState",
    "Plan",
    "PlayKeywords",
    "Post",
    "Reaction",
    "RunRow",
    "RunRows",
    "SweepResult",
    "Transcript",
    "Validation",
    "ask",
    "extend",
    "feed",
    "fork",
    "interviews",
    "judge",
    "load",
    "loads",
    "measure",
    "messages",
    "plan",
    "resume",
    "run",
    "run_async",
    "runs",
    "table",
    "transcript",
    "validate",
]

_MODULES = {
    "api.experiments": ("Experiment", "load", "loads"),
    "api.feeds": ("Feed", "Person", "PersonState", "Post", "Reaction", "feed"),
    "api.forks": ("extend", "fork"),
    "api.interviews": ("Interview", "Interviews", "ask", "interviews"),
    "api.judging": ("Judgement", "judge"),
    "api.keywords": ("AskKeywords", "PlayKeywords"),
    "api.measuring": ("Measured", "measure"),
    "api.plans": ("Plan", "plan"),
    "api.play": ("resume", "run", "run_async"),
    "api.results": ("SweepResult",),
    "api.runs": ("RunRow", "RunRows", "runs"),
    "api.tables": ("table",),
    "api.transcripts": ("Message", "Transcript", "messages", "transcript"),
    "api.validating": ("Validation", "validate"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
