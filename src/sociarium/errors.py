"""The error tree: the class's docstring is its default message, the class carries the exit code."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass


class SociariumError(Exception):
    """Something went wrong."""

    exit_code = 1

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or inspect.getdoc(type(self)) or "")


class BadInput(SociariumError):
    """The input cannot be used."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of an experiment file: where it stands, what it is and how to mend it."""

    path: str
    message: str
    mend: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = ", ".join(part for part in (f"line {self.line}" if self.line else "", self.path) if part)
        text = f"{place}: {self.message}" if place else self.message
        return f"{text}; {self.mend}" if self.mend else text


class DefinitionError(BadInput):
    """The experiment file has faults."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.source = source
        self.problems = tuple(problems)
        count = f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''}"
        super().__init__("\n".join([f"{source}: {count}", *(f"  {problem}" for problem in self.problems)]))


class NotFound(BadInput):
    """Nothing in the store has that name."""


class Ambiguous(BadInput):
    """Several things in the store have that name."""


class NotYours(BadInput):
    """Only its creator may do that."""


class InUse(BadInput):
    """Somebody else's sweep uses it."""


class BeingDeleted(BadInput):
    """It is being deleted."""


class AtWork(BadInput):
    """Somebody works on it just now."""


class SweepPaused(SociariumError):
    """Somebody paused the sweep."""

    exit_code = 3


class SetupError(BadInput):
    """The setup does not allow it."""


class MissingExtra(SetupError):
    """A part of Sociarium that is installed apart is missing."""


class StoreError(SociariumError):
    """The store cannot do it."""


class StoreUnavailable(StoreError):
    """The store cannot be reached; nothing is lost, run the same command again when it is back."""

    exit_code = 2


class StoreMismatch(StoreError):
    """The store was made by another version of Sociarium."""

    exit_code = 2


class Divergence(SociariumError):
    """A replay asked for something else than the journal holds."""

    def __init__(self, run: str, key: str, detail: str) -> None:
        self.run = run
        self.key = key
        super().__init__(
            f"run {run} diverges from its journal at {key}: {detail}; the journal was made by other rules or "
            "another prompt, and the run is left as it is"
        )


class NoJournal(BadInput):
    """The run was imported without a journal: there is nothing to replay."""


class OtherRules(BadInput):
    """The run was played under other rules than this version has: it is read, and cannot be verified here."""


class RankerFault(SociariumError):
    """A ranker of a researcher's own failed, or did not return the posts that it was given."""


class NotEstimable(BadInput):
    """The data cannot answer this."""

    def __init__(self, reason: str, *, what: str, where: str, mend: str) -> None:
        self.reason = reason
        self.what = what
        self.where = where
        self.mend = mend
        super().__init__(f"{where}: {what}; {mend}")


class ModelError(SociariumError):
    """The model did not answer."""


class Transient(ModelError):
    """The model's server failed for a moment."""


class TimedOut(Transient):
    """The model's server did not answer in time: it is silent, or the call stands in its queue."""


class RateLimited(ModelError):
    """The model's server asks for patience."""

    def __init__(self, message: str | None = None, *, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Overloaded(RateLimited):
    """The model's server is overloaded."""


class EndpointUnavailable(ModelError):
    """The model's server is away."""


class ModelPaused(ModelError):
    """The model waits for a person's word; so do the runs that need it."""


class ModelChanged(ModelPaused):
    """Something else serves the model than when the sweep began."""


class ModelSilent(ModelPaused):
    """The model said nothing at all in its first runs."""


class Misconfigured(ModelError):
    """The model cannot be asked as configured."""

    exit_code = 2


class RequestRefused(Misconfigured):
    """The model's server refuses this request, and does not say that the model, the key or an option is to blame."""


class RequestTooLarge(ModelError):
    """The request alone is more than the model's server lets through, however long one waits."""


class PersonGone(SociariumError):
    """Nobody is there to answer; `sociarium resume` asks again."""

    exit_code = 130
