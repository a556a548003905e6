"""Models that say nothing at all: after a few runs without a word of theirs, the rest of a sweep waits for a person.

Runs count as they are done, whoever plays them, and those that were done before this start count too.
"""

from __future__ import annotations

from collections import Counter

from sociarium.count_text import count_text
from sociarium.errors import ModelSilent
from sociarium.records.runs import Counters
from sociarium.runner.library.faults import Faults, is_asked_anew, is_silent

FIRST_RUNS = 5
"""Done runs without anything of use from a model, after which it pauses; one with something, and it never does."""


class Silence:
    """What is known of the models of a sweep.

    Args:
        allow: go on whatever they say.

    Attributes:
        paused: models that wait for a person's word, and why.
    """

    def __init__(self, *, allow: bool = True) -> None:
        self.paused: dict[str, str] = {}
        self._allow = allow
        self._runs: Counter[str] = Counter()
        self._silent: Counter[str] = Counter()

    def before(self, faults: Faults) -> None:
        """Take what runs counted that were done before this start."""
        for model, counts in faults.by_model.items():
            self._count(model, counts["runs"], counts["silent_runs"], faults.examples.get(model, ""))

    def note_done(self, run: str, counters: Counters) -> None:
        """Take a run that is done."""
        for one in counters.by_model or ():
            if one.model and one.counts and is_asked_anew(one):
                self._count(one.model, 1, int(is_silent(one)), run)

    def check(self, model: str) -> None:
        """Raise `ModelSilent` for a model that is paused."""
        if model in self.paused:
            raise ModelSilent(self.paused[model])

    def _count(self, model: str, runs: int, silent: int, example: str) -> None:
        self._runs[model] += runs
        self._silent[model] += silent
        if self._allow or self._silent[model] < max(self._runs[model], FIRST_RUNS):
            return
        example = example[:8] or "RUN"
        self.paused.setdefault(
            model,
            f"the model {model!r} said nothing at all in its first "
            f"{count_text(self._runs[model], 'run')}; its other runs wait: look "
            f"at one with `sociarium show {example}`, and go on with `sociarium resume --allow-empty` if that is right",
        )
