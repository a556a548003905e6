"""Words in mends: what is printed is read back as it was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.experiment.loading.parse import parse_yaml
from sociarium.experiment.yaml_text import flow_text

ODD = ["wolf", "yes", "No", "null", "007", "1.5", "a: b", "x, y", "{x}", "#1 fan", "a #b", "devil's own", 'pri"s', "-",
       "a\\b", "*x", "&x", "!x", "%x", "@x", "`x`", "> x", "| x", "[x]", " x ", "x ", "élu", "懐疑者", "a\tb", "~",
       "é:", "?x", "=", "<<"]  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_a_name_between_braces_is_read_as_it_is(name: str) -> None:
    text = flow_text(name)
    assert parse_yaml(f"{{roles: {{{text}: {{name: {text}}}}}}}").value == {"roles": {name: {"name": name}}}


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12))
def test_any_name_of_signs_that_can_be_seen_is_read_as_it_is(name: str) -> None:
    assert parse_yaml(f"{{{flow_text(name)}: 1}}").value == {name: 1}
