"""What may be written shorter in a file, written out."""

from __future__ import annotations

from typing import Any

from sociarium.experiment.loading.written_answers import in_full


def written_out(document: dict[str, Any], *, sources_in: str) -> dict[str, Any]:
    """A document with its short forms written out; the one that is passed stays as it is.

    A role or sweep of which only the name is written has nothing special about it, the key of people alone names
    nobody, and the answer of a probe may stand on a line, as `sociarium ask` takes it.

    Args:
        sources_in: the key of people; empty where there is none.
    """
    parts = dict(document)
    for part in ("roles", "sweeps"):
        if isinstance(parts.get(part), dict):
            parts[part] = {name: {} if value is None else value for name, value in parts[part].items()}
    if "sweep" in parts and parts["sweep"] is None:
        parts["sweep"] = {}
    if sources_in in parts and parts[sources_in] is None:
        parts[sources_in] = []
    if isinstance(parts.get("probes"), list):
        parts["probes"] = [_with_answer(probe) for probe in parts["probes"]]
    return parts


def _with_answer(probe: Any) -> Any:
    if not isinstance(probe, dict) or "answer" not in probe:
        return probe
    return {**probe, "answer": in_full(probe["answer"])}
