"""`--model NAME=PROVIDER:MODEL`: another model in place of an entry, whatever that says of its own servers."""

from __future__ import annotations

import pytest

from sociarium.exchange.definition_files import with_models
from sociarium.experiment.document import parse
from tests.support.definitions import read_beside, small


@pytest.mark.parametrize(
    "entry",
    [
        "provider: ollama, model: x, context: 64, hosts: ['http://a:1', 'http://b:1'], hardware: {'http://a:1': A100}",
        "provider: openai, model: x, base_url: 'http://a:1/v1', api_key_header: api-key, api_key_env: LAB_KEY",
    ],
)
@pytest.mark.parametrize("other", ["offline", "anthropic:claude-x"])
def test_what_an_entry_says_of_its_servers_is_not_said_of_another_model(entry: str, other: str) -> None:
    definition = parse(
        small(models=f"{{m: {{{entry}, temperature: 0.5}}}}").encode(), source="test.yaml", read=read_beside
    )

    spec = with_models(definition, [f"m={other}"]).models["m"]

    assert spec.provider == other.partition(":")[0]
    assert (spec.hosts, spec.hardware, spec.api_key_header) == (None, None, None)
    assert spec.temperature == 0.5
