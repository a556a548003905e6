"""Whether a run has the id that its content makes."""

from __future__ import annotations

import json

from pydantic import ValidationError

from sociarium.environments.protocols import protocol_of
from sociarium.experiment.canonical import fingerprint
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.identity import run_id
from sociarium.experiment.stored_content import read_content
from sociarium.records.runs import Run
from sociarium.runner.run.population import record_of


def has_own_id(run: Run) -> bool:
    """Whether a run's id is made of its experiment, replicate, seed and content."""
    digest = fingerprint(json.loads(run.content))
    if run.id == run_id(run.experiment, replicate=run.replicate, seed=run.seed, content_digest=digest):
        return True
    try:
        content = read_content(run.content)
    except ValidationError:
        return False
    # The id of a population names the rules by which its people are written.
    return isinstance(content, PopulationContent) and any(
        record_of(run, content, created="", protocol=protocol).id == run.id
        for protocol in range(1, protocol_of(content.environment) + 1)
    )
