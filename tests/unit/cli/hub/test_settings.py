"""Rarer settings are read as a file is, and refused with a reason."""

from __future__ import annotations

from sociarium.cli.hub.settings import _check, _kinds, _read, other_fields
from sociarium.experiment.feed.definition import FeedRules
from sociarium.experiment.feed.entries import Generate
from sociarium.experiment.models import ModelSpec
from sociarium.experiment.roles import Role


def value(model: type, key: str, line: str) -> object:
    info = model.model_fields[key]  # type: ignore[attr-defined]
    return _read(line, info, _kinds(info.annotation))


def fault(model: type, key: str, line: str) -> str:
    info = model.model_fields[key]  # type: ignore[attr-defined]
    return _check(info, _kinds(info.annotation))(line)


def test_a_line_becomes_the_value_that_a_file_would_have() -> None:
    assert value(FeedRules, "replies", "3") == 3
    assert value(FeedRules, "post", "0.5") == 0.5
    assert value(FeedRules, "post", "chosen") == "chosen"
    assert value(ModelSpec, "hosts", "http://a:1, http://b:2") == ["http://a:1", "http://b:2"]
    assert value(ModelSpec, "extra", '{"mirostat": 2}') == {"mirostat": 2}
    assert value(Generate, "quotas", '{"age": {"18-34": 1}}') == {"age": {"18-34": 1.0}}


def test_what_does_not_fit_is_refused_and_nothing_is_left_as_it_is() -> None:
    assert fault(FeedRules, "replies", "many") == "It should be a whole number."
    assert fault(FeedRules, "replies", "-1")
    assert fault(FeedRules, "post", "5")
    assert not fault(FeedRules, "replies", "")


def test_a_field_that_is_new_in_the_format_is_offered_without_code_of_its_own() -> None:
    assert set(other_fields(Role, "pronouns")) == set(Role.model_fields) - {"pronouns"}
    assert "schema_" in other_fields(Generate, "generate")
