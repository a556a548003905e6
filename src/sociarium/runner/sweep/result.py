"""What a start of a sweep came to, as the runner knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sociarium.runner.library.faults import Faults
from sociarium.runner.library.status import Counts


@dataclass(frozen=True, slots=True)
class Result:
    """What a start came to.

    Attributes:
        outdated: runs that began under another protocol of their environment, and were left alone.
        paused: models that wait for a person's word, and why.
        faults: what is empty, skipped or invalid in the sweep.
        factors: those in which its conditions differ.
        returned: runs that gave themselves back because a model refused them, and why.
        left_to_others: runs of `outdated` that were to begin anew, but somebody else began them; run -> who that is.
    """

    counts: Counts
    outdated: tuple[str, ...]
    paused: Mapping[str, str]
    faults: Faults
    factors: Sequence[str]
    returned: Mapping[str, str] = field(default_factory=dict)
    left_to_others: Mapping[str, str] = field(default_factory=dict)
