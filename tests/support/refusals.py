"""What the document reader says of a bad file."""

from __future__ import annotations

import pytest

from sociarium.errors import DefinitionError, Problem
from sociarium.experiment.document import parse
from tests.support.definitions import read_beside


def problems(data: str | bytes, source: str = "test.yaml") -> tuple[Problem, ...]:
    """Every problem of a file that is refused."""
    raw = data.encode() if isinstance(data, str) else data
    with pytest.raises(DefinitionError) as told:
        parse(raw, source=source, read=read_beside)
    assert told.value.source == source
    assert told.value.exit_code == 2
    return told.value.problems


def the_problem(data: str | bytes, source: str = "test.yaml") -> Problem:
    """The one problem of a file that is refused."""
    found = problems(data, source)
    assert len(found) == 1, found
    assert found[0].message
    assert found[0].mend
    return found[0]
