"""What figures show: numbers and names, nothing about how they are drawn.

Names may be hostile texts of models and colleagues: they are drawn as text and never read as markup. No chart speaks by
colour alone: series have a shape and a dash, cells a number.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its interval.

    Attributes:
        label: the condition or level.
        low, high: of the interval; None where there is none.
        n: units (runs) behind it.
        link: where the mark leads; empty: nowhere.
    """

    label: str
    mean: float
    low: float | None
    high: float | None
    n: int
    link: str = ""


@dataclass(frozen=True, slots=True)
class MeansChart:
    """Means by condition, one above the other, in the given order.

    Attributes:
        values: (label, value of a run), drawn as small dots behind the means.
    """

    title: str
    measure: str
    means: tuple[Mean, ...]
    values: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class DistributionChart:
    """How many runs have a value in each of some bins of equal width.

    Attributes:
        bins: (low, high, count).
        bars: (name, count), instead of bins, where the values are no numbers on a scale but a yes or no.
    """

    title: str
    measure: str
    bins: tuple[tuple[float, float, int], ...] = ()
    bars: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The mean of a series at a moment; `low` and `high` None where there is no interval; `link` as of `Mean`."""

    series: str
    moment: float
    mean: float
    low: float | None
    high: float | None
    n: int
    link: str = ""


@dataclass(frozen=True, slots=True)
class CurvesChart:
    """Means by turn or day, a line a series.

    More than five lines, or lines of very many points, cannot be told apart and have a panel each.

    Attributes:
        moments: names of the moments 1, 2 and so on, where they are not numbers themselves.
        reference: the series that the panels of the others show beside their own; empty: none.
    """

    title: str
    measure: str
    moment: str
    points: tuple[CurvePoint, ...]
    moments: tuple[str, ...] = ()
    reference: str = ""

    @property
    def series(self) -> tuple[str, ...]:
        """Names of the series, in their order."""
        return tuple(dict.fromkeys(one.series for one in self.points))

    @property
    def has_panels(self) -> bool:
        """Whether each series stands in a panel of its own."""
        return len(self.series) > MOST_SERIES or (len(self.points) > MOST_POINTS and len(self.series) > 1)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """The mean where two levels meet; `link` as of `Mean`."""

    row: str
    column: str
    mean: float
    n: int
    link: str = ""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Means by two factors; each cell also has its number written in it."""

    title: str
    measure: str
    row_factor: str
    column_factor: str
    cells: tuple[HeatCell, ...]


Chart = MeansChart | DistributionChart | CurvesChart | HeatMap

LINK_MARK = "https://link.invalid/"


def links_of(chart: Chart) -> tuple[str, ...]:
    """Where the marks of a chart lead, in its order; an empty text for one that leads nowhere."""
    match chart:
        case MeansChart():
            return tuple(one.link for one in chart.means)
        case CurvesChart():
            return tuple(one.link for one in chart.points)
        case HeatMap():
            return tuple(one.link for one in chart.cells)
        case DistributionChart():
            return ()


def link_marks(chart: Chart) -> tuple[str, ...]:
    """What stands for the links while a chart is drawn: what draws it would change an address of ours."""
    return tuple(f"{LINK_MARK}{number}" if link else "" for number, link in enumerate(links_of(chart)))


MOST_SERIES = 5
"""Lines in one panel."""
MOST_POINTS = 100
"""Of several lines in one panel."""
_SAME = 1e-9
"""Of a range: numbers that are nearer to each other are one."""
MOST_PANELS = 24
"""Of a figure of curves; more series are left to tables."""


def number_text(value: float) -> str:
    """A number as figures and tables show it: three significant digits, a true minus."""
    if value == 0:
        return "0"
    size = abs(value)
    text = f"{value:,.0f}" if size >= 1000 else f"{value:.3g}"
    if "e" in text:
        text = f"{value:.1e}"
    return text.replace("-", "−")


def histogram(values: list[float], *, most: int = 12) -> tuple[tuple[float, float, int], ...]:
    """Bins of equal width over some values, the last closed on both sides; one for each step of values in few steps."""
    if not values:
        return ()
    low, high = min(values), max(values)
    if low == high:
        return ((low - 0.5, high + 0.5, len(values)),)
    if (step := _step(values, 2 * most)) is not None:
        # Whole numbers, and shares of some messages, have a bin each: bins of another width would leave holes between
        # them, and show a share of 1 as less.
        places = Counter(round((value - low) / step) for value in values)
        return tuple((low + (at - 0.5) * step, low + (at + 0.5) * step, places[at]) for at in range(max(places) + 1))
    count = min(most, max(3, round(len(values) ** 0.5)))
    width = (high - low) / count
    counts = [0] * count
    for value in values:
        counts[min(count - 1, int((value - low) / width))] += 1
    return tuple((low + k * width, low + (k + 1) * width, n) for k, n in enumerate(counts))


def _step(values: list[float], most: int) -> float | None:
    """The width of steps in which values stand, such as 1 or 0.25; None where they stand in none, or in too many."""
    different = sorted(set(values))
    low, size = different[0], different[-1] - different[0]
    least = min(after - before for before, after in pairwise(different) if after - before > _SAME * size)
    step = 1.0 if least > 1 and all(value == int(value) for value in values) else least
    if size / step > most + 0.5:
        return None
    places = [(value - low) / step for value in different]
    return step if all(abs(place - round(place)) < _SAME * most for place in places) else None
