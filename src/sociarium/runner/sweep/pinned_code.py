"""Code of a researcher's own stays the same under one experiment: modules are known by the hashes of their source."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sociarium.errors import SetupError
from sociarium.experiment.definition import Definition
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.ports.store import Store


def refuse_other_source(before: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Raise `SetupError` where a module has another source than before; the message has both hashes."""
    for module, digest in sorted(now.items()):
        if (former := before.get(module, digest)) != digest:
            raise SetupError(
                f"the module {module} has changed under this experiment: its source had the SHA-256 {former}, and has "
                f"{digest} now; what both rank must not stand under one name. Bring the former source back, or give "
                "the changed one another name; a copy of the experiment under another title begins without `code:`"
            )


def refuse_changed_code(store: Store, experiment: str, definition: Definition) -> None:
    """Raise `SetupError` where a version of an experiment was run with another source of a module."""
    if not isinstance(definition, FeedDefinition) or not definition.code:
        return
    for version in store.versions(experiment):
        former = json.loads(version.document).get("code")
        if isinstance(former, dict):
            refuse_other_source(former, definition.code)
