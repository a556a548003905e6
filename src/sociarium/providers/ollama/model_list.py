"""The list of the models that an Ollama server holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sociarium.errors import Misconfigured, ModelError, Transient
from sociarium.providers.errors import error_of_status, readable_words
from sociarium.providers.ollama.names import full_name
from sociarium.providers.secret import Secret
from sociarium.providers.transport import HttpResponse, Transport

_WITHHELD = {401, 403, 405, 500, 501}
"""Of a list that a gateway keeps back, or that whoever speaks Ollama's protocol does not have: it may chat all the
same."""


async def read_model_list(
    transport: Transport, *, address: str, secret: Secret, seconds: float
) -> Mapping[str, str | None] | ModelError:
    """Full names of models with their digests; or why there is no list where models may be served all the same.

    Raises:
        EndpointUnavailable, TimedOut, Transient: nobody answers, or not now.
        Misconfigured: there is no Ollama at the address.
    """
    place, answered = f"the models of {address}", await transport.get("api/tags", seconds=seconds)
    if answered.status == 404:
        # Every Ollama lists its models; whose page this is says nothing to whoever reads it.
        raise Misconfigured(
            f"no Ollama at {address}: it answered 404; name the address of an Ollama server in OLLAMA_HOST or in "
            "`hosts`"
        )
    if answered.status != 200:
        words = secret.scrub(_words(answered))
        error = error_of_status(answered.status, answered.headers, words, place=place, key=secret.name)
        if answered.status in _WITHHELD:
            return error
        raise error
    value = answered.json_or_none()
    held = value.get("models", value) if isinstance(value, dict) else value
    if not isinstance(value, dict) or not isinstance(held, list | None):
        raise Transient(f"{place}: the answer is not Ollama's; is {address} the address of an Ollama server?")
    return dict(entry for one in held or () if (entry := _entry(one)) is not None)


def _entry(card: Any) -> tuple[str, str | None] | None:
    if not isinstance(card, dict):
        return None
    name, digest = card.get("model") or card.get("name"), card.get("digest")
    if not isinstance(name, str):
        return None
    return full_name(name), digest if isinstance(digest, str) and digest else None


def _words(answered: HttpResponse) -> str:
    value = answered.json_or_none()
    error = value.get("error") if isinstance(value, dict) else None
    return error if isinstance(error, str) else readable_words(answered.body.decode("utf-8", "replace"))
