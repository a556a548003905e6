"""Where a run goes on from, and what goes on from it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sociarium.count_text import count_text
from sociarium.exchange.sanitize import one_line

_MOST = 8


def lineage_sentences(lineage: Mapping[str, Any]) -> Iterator[str]:
    """A line for the origin of a run, and one for the runs that were made from it; see `run_document.lineage`."""
    if origin := lineage["origin"]:
        if origin["kind"] == "extension":
            yield f"goes on after the end of run {origin['run'][:12]}"
        else:
            changes = origin["changes"].get("set", {})
            changed = ", ".join(f"{one_line(name)}={one_line(str(level))}" for name, level in changes.items())
            arms = f" in a sweep that changes {changed}" if changed else ""
            yield f"fork of run {origin['run'][:12]} at {origin['at']}{arms}"
            if count := origin["acts_left_behind"]:
                acts = count_text(count, "act")
                yield f"{acts} from outside came after {origin['at']} in that run, and did not come along"
    derived = lineage["derived"]
    if derived:
        listed = ", ".join(f"{one['run'][:8]} ({one['at']})" for one in derived[:_MOST])
        more = f" and {len(derived) - _MOST} more" if len(derived) > _MOST else ""
        yield f"runs that go on from it: {listed}{more}"
