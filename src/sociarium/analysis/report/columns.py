"""What is kept of messages and moments while runs are read: a number each in columns, and names that are shared."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.report.inputs import PLACE

# isort: split
import numpy as np
import pandas as pd

from sociarium.analysis.report.moment_values import MOMENT_COLUMNS, MomentRow
from sociarium.exchange.tables.read import Cells

_NUMBERS = ("turn", "day", "words")


@dataclass(slots=True)
class MessageColumns:
    """The messages of the runs read so far.

    Attributes:
        with_texts: keep their words and speakers, too, which take most of the memory.
    """

    with_texts: bool
    _places: list[str] = field(default_factory=list)
    _numbers: dict[str, array[int]] = field(default_factory=lambda: {one: array("q") for one in _NUMBERS})
    _speakers: list[str] = field(default_factory=list)
    _contents: list[str] = field(default_factory=list)

    def add(self, places: Iterable[str], rows: Sequence[Cells]) -> None:
        """The messages of a run, as `message_rows` has them, in each of its conditions."""
        for place in places:
            self._places += [place] * len(rows)
            for name, numbers in self._numbers.items():
                numbers.extend(row[name] for row in rows)
            if self.with_texts:
                self._speakers += [row["speaker"] for row in rows]
                self._contents += [row["content"] for row in rows]

    def frame(self) -> pd.DataFrame:
        """A row a message: run, turn, day, words; with texts also speaker and content."""
        columns: dict[str, object] = {PLACE: pd.Series(self._places, dtype=object)}
        columns |= {name: np.array(numbers) for name, numbers in self._numbers.items()}
        if self.with_texts:
            columns |= {"speaker": pd.Series(self._speakers, dtype=object)}
            columns |= {"content": pd.Series(self._contents, dtype=object)}
        return pd.DataFrame(columns)


@dataclass(slots=True)
class MomentColumns:
    """What is known of the runs read so far at their turns and on their days."""

    _places: list[str] = field(default_factory=list)
    _names: list[tuple[str, str, str]] = field(default_factory=list)
    _shared: dict[tuple[str, str, str], tuple[str, str, str]] = field(default_factory=dict)
    _at: array[int] = field(default_factory=lambda: array("q"))
    _values: array[float] = field(default_factory=lambda: array("d"))

    def add(self, places: Sequence[str], rows: Iterable[MomentRow]) -> None:
        """The values of a run in each of its conditions."""
        for owner, outcome, moment, at, value in rows:
            names = self._shared.setdefault(names := (owner, outcome, moment), names)
            for place in places:
                self._places.append(place)
                self._names.append(names)
                self._at.append(at)
                self._values.append(value)

    def frame(self) -> pd.DataFrame:
        """A row a value: run, and `MOMENT_COLUMNS`."""
        of_names = ([one[at] for one in self._names] for at in range(3))
        columns = [self._places, *of_names, np.array(self._at), np.array(self._values)]
        if not self._places:
            return pd.DataFrame(columns=[PLACE, *MOMENT_COLUMNS])
        return pd.DataFrame(dict(zip((PLACE, *MOMENT_COLUMNS), columns, strict=True)))
