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
- `copied/NAME`: the part of that count which a fork or extension took over from its origin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

COPIED = "copied/"
"""Before the name of a count: the part of it that was copied from another run."""


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """What a run took of one model; what was copied from another run is not among it.

    Attributes:
        prompt_tokens, completion_tokens: as its server counted, thinking among the latter.
        seconds: of the answered calls together.
        price: US dollars per million tokens of prompt and completion, by which the run was played; None where none was
            known.
        places: where it answered, as far as the kind of hardware is known: address of the server (empty where it was
            not kept), kind, calls.
    """

    calls: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    price: tuple[float, float] | None = None
    places: tuple[tuple[str, str, int], ...] = ()

    @property
    def cost(self) -> float | None:
        """US dollars; None where no price was known."""
        if self.price is None:
            return None
        return (self.prompt_tokens * self.price[0] + self.completion_tokens * self.price[1]) / 1e6


@dataclass(frozen=True, slots=True)
class ModelCounts:
    """Counts of one model.

    Attributes:
        model: its name in the experiment file; empty for what no model was asked for.
        counts: name and number of each that is not 0, by name.
        usage: None in runs of earlier versions, and where the model was asked for nothing.
    """

    model: str
    counts: tuple[tuple[str, int], ...] = ()
    usage: ModelUsage | None = None


def model_counts(
    by_model: Mapping[str, Mapping[str, int]], usage: Mapping[str, ModelUsage] | None = None
) -> tuple[ModelCounts, ...]:
    """Counts of several models as records, by name, without those of which there is nothing."""
    used = usage or {}
    numbers = {
        model: tuple(sorted((name, number) for name, number in counts.items() if number))
        for model, counts in by_model.items()
    }
    return tuple(
        ModelCounts(model, numbers.get(model, ()), used.get(model))
        for model in sorted({*numbers, *used})
        if numbers.get(model) or model in used
    )


def read_counts(trees: Iterable[Mapping[str, Any]] | None) -> tuple[ModelCounts, ...] | None:
    """Counts as `asdict` and JSON leave them, or by name in a mapping; None for a run that was not counted."""
    if trees is None:
        return None
    return tuple(
        ModelCounts(
            str(tree["model"]),
            tuple((str(name), int(number)) for name, number in _pairs(tree["counts"])),
            _read_usage(tree.get("usage")),
        )
        for tree in trees
    )


def _read_usage(tree: Mapping[str, Any] | None) -> ModelUsage | None:
    if tree is None:
        return None
    price = tree.get("price")
    return ModelUsage(
        int(tree["calls"]),
        int(tree["prompt_tokens"]),
        int(tree["completion_tokens"]),
        float(tree["seconds"]),
        None if price is None else (float(price[0]), float(price[1])),
        tuple((str(address), str(kind), int(calls)) for address, kind, calls in tree.get("places") or ()),
    )


def _pairs(value: object) -> Iterable[tuple[object, int]]:
    if isinstance(value, Mapping):
        return value.items()
    assert isinstance(value, list | tuple)
    return value
