"""What counts as no label."""

from __future__ import annotations

import numpy as np
import pandas as pd


def is_missing(label: object) -> bool:
    """Whether a cell holds no label."""
    return label is None or label is pd.NA or (isinstance(label, float) and np.isnan(label)) or label == ""
