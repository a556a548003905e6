"""The keywords of `run`, `run_async` and `resume`, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict, cast

from sociarium.errors import BadInput
from sociarium.experiment.problems import did_you_mean
from sociarium.experiment.sweep import Order
from sociarium.ports.observer import Observer
from sociarium.runner.sweep.play_options import PlayOptions


class PlayKeywords(TypedDict, total=False):
    """The types of the keywords; what each means, and its default, says `PlayOptions`.

    `observer` hears what happens: its `notice` is called in the thread that plays. Where it is a context manager too,
    it is entered before and left afterwards. `NotebookProgress` of `sociarium.notebook` is a ready one.
    """

    concurrency: int
    limit: int | None
    pilot: int | None
    order: Order | None
    max_cost: float | None
    max_tokens: int | None
    max_time: float | None
    max_empty: float
    retry_failed: bool
    restart: bool
    allow_empty: bool
    accept_digest: Sequence[str]
    pull: bool
    workers: int
    allow_code: bool
    population_only: bool
    observer: Observer | None


class AskKeywords(TypedDict, total=False):
    """Those that `ask` takes; each means what it means to `run`."""

    concurrency: int
    max_cost: float | None
    max_tokens: int | None
    max_time: float | None
    pull: bool
    observer: Observer | None


class SilentObserver:
    def notice(self, news: object) -> None:
        """Nobody listens."""


def read_keywords(
    keywords: Mapping[str, object], *, lease: float, known: type[PlayKeywords | AskKeywords] = PlayKeywords
) -> tuple[PlayOptions, Observer]:
    """How a start is played, and who hears of it.

    Args:
        lease: seconds, of the configuration.
        known: the keywords that there are.

    Raises:
        TypeError: there is no such option.
        BadInput: a value is out of its range or of another type.
    """
    allowed = known.__annotations__
    for name in keywords:
        if name not in allowed:
            raise TypeError(f"there is no option {name!r} of a start; {did_you_mean(name, allowed)}")
    options = {name: value for name, value in keywords.items() if name != "observer"}
    if isinstance(names := options.get("accept_digest"), list | set | frozenset):
        options["accept_digest"] = tuple(names)
    observer = keywords.get("observer")
    if observer is not None and not callable(getattr(observer, "notice", None)):
        raise BadInput(f"observer is {observer!r}; it is an object with a method `notice`")
    listener = cast("Observer | None", observer) or SilentObserver()
    return PlayOptions(**options, lease=lease), listener  # type: ignore[arg-type]  # it checks them itself
