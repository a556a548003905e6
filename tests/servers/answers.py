"""What a stand-in model says: by default, words that depend on the request and on nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sociarium.experiment.rng import Draws
from sociarium.providers.offline import instance

Finish = Literal["stop", "length", "refused"]

_STORY = (
    "the yard is open and the door stays shut until somebody says why it should not be so while the others wait for "
    "a word that would settle it at last before evening comes and with it another day of the same argument"
)
_WORDS = _STORY.split()


@dataclass(frozen=True, slots=True)
class Ask:
    """What a chat call asks for, whatever the protocol.

    Attributes:
        options: everything else that was sent.
    """

    model: str
    messages: Sequence[Mapping[str, str]]
    schema: Mapping[str, Any] | None = None
    stop: tuple[str, ...] = ()
    max_tokens: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model says.

    Attributes:
        refusal: words of a refusal, where the protocol has a place for them.
        counted: whether the tokens of the prompt are told.
    """

    text: str
    thinking: str = ""
    finish: Finish = "stop"
    refusal: str = ""
    counted: bool = True


Answering = Callable[[Ask], Answer]


def words_of(ask: Ask) -> Answer:
    """Eight to thirty words chosen by the whole request, cut where the request wants them cut."""
    asked = json.dumps([ask.model, ask.messages, ask.schema, ask.stop, ask.options], sort_keys=True)
    digest = hashlib.blake2b(asked.encode()).digest()
    if ask.schema is not None:
        return Answer(json.dumps(instance(ask.schema, Draws("stand-in", digest.hex()))))
    said = [_WORDS[byte % len(_WORDS)] for byte in digest[: 8 + digest[63] % 23]]
    finish: Finish = "stop"
    if ask.max_tokens is not None and ask.max_tokens < len(said):
        said, finish = said[: ask.max_tokens], "length"
    text = " ".join(said)
    for mark in ask.stop:
        text = text.partition(mark)[0]
    return Answer(text, finish=finish)


def careless(ask: Ask) -> Answer:
    """Structured answers that keep of a schema what a bad server keeps; otherwise `words_of`.

    As by llama.cpp's grammars, bounds of an `integer` hold and those of a `number` do not; strings are longer than
    `maxLength`, arrays than `maxItems`.
    """
    if ask.schema is None:
        return words_of(ask)
    digest = hashlib.blake2b(json.dumps([ask.messages, ask.schema], sort_keys=True).encode()).hexdigest()
    named = ask.schema.get("$defs", {})
    return Answer(json.dumps(_careless(ask.schema, Draws("careless", digest), named)))


def _careless(schema: Mapping[str, Any], draws: Draws, named: Mapping[str, Any]) -> Any:
    if "$ref" in schema:
        return _careless(named[schema["$ref"].removeprefix("#/$defs/")], draws, named)
    match schema.get("type"):
        case "object":
            return {name: _careless(part, draws, named) for name, part in schema["properties"].items()}
        case "array":
            return [_careless(schema["items"], draws, named) for _ in range(schema.get("maxItems", 2) + 2)]
        case "number":
            return draws.choice([3.6, 1e31, -2.0])
        case "string" if "enum" not in schema:
            return f"{_STORY} " * (schema.get("maxLength", 0) // len(_STORY) + 1)
        case _:
            return instance(schema, draws)


def tokens(text: str) -> int:
    """How many tokens a text counts here."""
    return len(text) // 4 + 1
