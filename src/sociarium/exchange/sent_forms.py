"""In which form a request went out where a server does not take it as it is: the words that its model read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sociarium.ports.model import ModelRequest
from sociarium.providers.schema_in_words import schema_in_words

_PARTS = {"system": "system prompt", "schema": "form of the answer"}


def sent_form_lines(request: ModelRequest, form: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each part of a request that went out otherwise; a schema in words with these words."""
    for part, how in form.items():
        sentence = f"the {_PARTS.get(part, part)} was sent {how}"
        if part == "schema" and request.schema is not None:
            yield f"{sentence}, as the last paragraph of the system prompt: {schema_in_words(request.schema)}"
        else:
            yield sentence
