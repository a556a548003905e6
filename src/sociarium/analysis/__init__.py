"""What the data can say: functions on data frames, each with a small frozen record. Needs the extra `analysis`."""

from __future__ import annotations

from importlib.util import find_spec

from sociarium.errors import MissingExtra

_LIBRARIES = ("krippendorff", "pandas", "scipy", "sklearn", "statsmodels")

# Here, since every part of this package is imported through it.
if _absent := [name for name in _LIBRARIES if find_spec(name) is None]:
    raise MissingExtra(f"the analysis needs {', '.join(_absent)}, not here; pip install 'sociarium[analysis]'")
