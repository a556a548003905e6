"""What the answers of each model came to in a run, in counts small enough to stand beside its status.

Names of counts:

- `messages`: words that a model was asked for and that everybody reads: messages of a conversation, posts of a feed.
  Each flag of theirs counts under its own name (`empty`, `repeated`, ...), whatever flags there are.
- `continuations`: messages whose request ended with the neutral line that asks somebody to go on.
- `steps`, `skipped_steps`: what people of a feed were asked at a log-on or to look back, and those without an answer
  that could be used.
- `probes`, `summaries`: asked for. Their flags have the kind behind them: `invalid_probes`, `empty_summaries`.
- `choices`, `random_speaker`: speakers that the manager was asked for, and those drawn because it named nobody.
- `people`, `missing_people`: of populations, how many the run asked for, and those whom the model failed to write.
- `empty/REASON`, `skipped_steps/REASON`: parts of the count before the slash.
- `scripted`: messages of the file itself, under no model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelCounts:
    """Counts of one model.

    Attributes:
        model: its name in the experiment file; empty for what no model was asked for.
        counts: name and number of each that is not 0, by name.
    """

    model: str
    counts: tuple[tuple[str, int], ...] = ()


def model_counts(by_model: Mapping[str, Mapping[str, int]]) -> tuple[ModelCounts, ...]:
    """Counts of several models as records, by name, without those of which there is nothing."""
    return tuple(
        ModelCounts(model, tuple(sorted((name, number) for name, number in counts.items() if number)))
        for model, counts in sorted(by_model.items())
        if any(counts.values())
    )


def read_counts(trees: Iterable[Mapping[str, object]] | None) -> tuple[ModelCounts, ...] | None:
    """Counts as `asdict` and JSON leave them, or by name in a mapping; None for a run that was not counted."""
    if trees is None:
        return None
    return tuple(
        ModelCounts(str(tree["model"]), tuple((str(name), int(number)) for name, number in _pairs(tree["counts"])))
        for tree in trees
    )


def _pairs(value: object) -> Iterable[tuple[object, int]]:
    if isinstance(value, Mapping):
        return value.items()
    assert isinstance(value, list | tuple)
    return value
