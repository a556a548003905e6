"""Whether the replicates of a sweep share their random draws across its conditions."""

from __future__ import annotations

import json

from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord


def has_common_streams(store: Store, sweep: SweepRecord) -> bool:
    """Whether a sweep does not say `streams: independent`. Raises `NotFound`."""
    document = json.loads(store.version(sweep.version).document)
    plan = (document.get("sweeps") or {}).get(sweep.name) or document.get("sweep")
    return not isinstance(plan, dict) or plan.get("streams") != "independent"
