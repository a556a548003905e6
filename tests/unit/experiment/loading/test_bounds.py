"""Numbers beyond what a file may say."""

from __future__ import annotations

import pytest

from sociarium.errors import DefinitionError
from tests.support.definitions import definition, small


def test_a_large_bound_is_said_without_an_exponent() -> None:
    with pytest.raises(DefinitionError, match="this is more than 1,000,000,000; write 1,000,000,000 or less"):
        definition(small(sweep=f"{{factors: {{messages: 4}}, replicates: {10**12}}}"))
