"""Runs with a part of their answers, or with whether these became others: of whom, and of what, are results?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sociarium.analysis.load import LoadedRuns
from sociarium.analysis.result_rows import Answer, Change
from sociarium.analysis.results import RunNumbers, moments_of
from sociarium.analysis.run_values import ANOTHER, CHANGE, changed_of

OTHER = ":other"
"""Ends the name of a change that is about whether a choice became another one."""
_SAME = "the same answer"
_MOST_CHANGES = 12


def roles_of(runs: Iterable[RunNumbers], probe: str | None) -> tuple[str, ...]:
    """Who answered, in the order in which they come in the runs."""
    answers = (one for run in runs for one in run.answers if probe in {None, one.probe})
    return tuple(dict.fromkeys(one.role for one in answers if one.role))


def of_role(loaded: LoadedRuns, role: str) -> LoadedRuns:
    """The same runs with the answers of one role."""
    return replace(
        loaded,
        runs=[replace(run, answers=tuple(one for one in run.answers if one.role == role)) for run in loaded.runs],
    )


def changes_of(loaded: LoadedRuns, probe: str | None) -> tuple[str, ...]:
    """Pairs of moments, the widest first, as `start:end`; of choices also whether they became others."""
    every = _pairs(moments_of(loaded.runs, probe))
    chosen = [name for name in loaded.choices if probe in {None, name}]
    others = dict.fromkeys(pair for name in chosen for pair in _pairs(moments_of(loaded.runs, name)))
    return (*every, *(f"{pair}{OTHER}" for pair in every if pair in others))


def with_others(loaded: LoadedRuns, change: Change) -> LoadedRuns:
    """The same runs with whether each choice became another one between two moments, as answers of their own."""
    runs = [replace(run, answers=tuple(_others(run.answers, loaded.choices, change))) for run in loaded.runs]
    return replace(loaded, runs=runs, choices=dict.fromkeys(loaded.choices, (ANOTHER, _SAME)))


def _others(answers: Sequence[Answer], choices: Mapping[str, Sequence[str]], change: Change) -> Iterator[Answer]:
    for probe, role in dict.fromkeys((one.probe, one.role) for one in answers if one.probe in choices):
        own = [one for one in answers if (one.probe, one.role) == (probe, role)]
        for at, is_other in enumerate(changed_of(own, change)):
            yield Answer(probe, role, str(at), CHANGE.join(change), ANOTHER if is_other else _SAME)


def _pairs(moments: Sequence[str]) -> tuple[str, ...]:
    pairs = [f"{one}:{other}" for at, one in enumerate(moments) for other in moments[at + 1 :]]
    widest = [f"{moments[0]}:{moments[-1]}"] if len(moments) > 1 else []
    return tuple(dict.fromkeys((*widest, *pairs)))[:_MOST_CHANGES]
