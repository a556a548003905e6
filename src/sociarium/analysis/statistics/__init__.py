"""Means, contrasts, models, curves, forks and losses, with the run as the unit (docs/statistics.md)."""

from __future__ import annotations

from importlib.util import find_spec

from sociarium.errors import MissingExtra

_LIBRARIES = ("krippendorff", "pandas", "scipy", "sklearn", "statsmodels")

# Here, since all that needs these libraries is imported through this package first; results of the terminal need none.
if _absent := [name for name in _LIBRARIES if find_spec(name) is None]:
    raise MissingExtra(f"statistics need {', '.join(_absent)}, not here; pip install 'sociarium[analysis]'")
