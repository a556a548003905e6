"""Names of the array types that the statistics pass to each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
"""Real numbers; the shape is told where it is used."""
