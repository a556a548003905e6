"""The offline model: no language model at all, for first steps, tests and dry runs.

It answers with varied, role-coloured text determined by the request, and with an instance of the schema when one is
asked for. Nothing it says is a result.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

from sociarium.experiment.rng import Draws
from sociarium.ports.model import Description, ModelReply, ModelRequest, ServedReply

LABEL = "offline"
"""Stands wherever its words are shown."""

_CHARACTERS_PER_TOKEN = 4
_SELDOM = 9
_HANDLE = re.compile(r"^Your handle: @(\S+)$", re.MULTILINE)
_SELF = re.compile(r"You are ([^\s,.;:]+)")

_OPENINGS = (
    "Let me put it plainly.",
    "I have thought about that.",
    "Before we go on, one thing.",
    "I hear you.",
    "That is not how I see it.",
    "All right.",
    "Wait a moment.",
    "You may be right there.",
    "Say that again, slowly.",
    "Fair enough.",
    "No, I do not think so.",
    "Then listen.",
    "I did not expect that.",
    "We have been here before.",
    "Good.",
    "Look at it from my side.",
)
_CLAIMS = (
    "we cannot leave it as it is",
    "somebody has to take the first step",
    "the rules are there for all of us",
    "I would rather have it settled today",
    "nobody here gains from a quarrel",
    "what was promised ought to be kept",
    "I need to know where I stand",
    "there is more to it than meets the eye",
    "half a loaf is better than none",
    "a word given in anger counts for little",
    "the others are watching what we do",
    "it was different yesterday",
    "I have more to lose than you think",
    "patience is not the same as weakness",
    "one exception makes the next one easier",
    "we both want to sleep tonight",
    "trust is earned in small coin",
    "this could have been asked politely",
    "I will remember who helped",
    "the door is open, but not for long",
)
_TURNS = ("and", "but", "and yet", "because", "although", "so")
_CLOSINGS = (
    "What do you say?",
    "I will not ask twice.",
    "That is all I have to say.",
    "Give it some thought.",
    "Tell me if I am wrong.",
    "Then we understand each other.",
    "Let us see what the day brings.",
    "I am listening.",
    "Well?",
    "There it is.",
    "Do as you like.",
    "Is that so hard?",
)
_LEADS = ("the {role} in me knows", "any {role} would tell you that", "to the {role} it is clear:", "I think")

_FIRST_NAMES = (
    "Alva", "Bela", "Cosmo", "Dora", "Edda", "Falk", "Greta", "Hugo", "Ines", "Jona", "Kira", "Levin", "Mila", "Nilo",
    "Olga", "Piet", "Rosa", "Sami", "Tilda", "Ulf", "Vera", "Wim", "Xenia", "Yuri", "Zoe",
)  # fmt: skip
_LAST_NAMES = (
    "Ashdown", "Birkwood", "Clover", "Dunmore", "Elmsley", "Fernhill", "Greystone", "Hollis", "Inkwell", "Juniper",
    "Kestrel", "Larkfield", "Marsh", "Nettle", "Orchard", "Pebble", "Quince", "Rowan", "Sorrel", "Thistle",
)  # fmt: skip


class Offline:
    """The model port without a model.

    Args:
        pace: seconds that each answer takes, so that a display has something to show.
    """

    def __init__(self, *, pace: float = 0.0) -> None:
        self._pace = pace

    async def ask(self, request: ModelRequest) -> ServedReply:
        """Answer at once, or after `pace`; never fails."""
        await asyncio.sleep(self._pace)
        draws = Draws("offline", request.fingerprint())
        text = (
            json.dumps(_structured_text(request, request.schema, draws)) if request.schema else _speech(request, draws)
        )
        characters = sum(len(message.content) for message in request.messages)
        reply = ModelReply(
            text,
            prompt_tokens=-(-characters // _CHARACTERS_PER_TOKEN),
            completion_tokens=-(-len(text) // _CHARACTERS_PER_TOKEN),
        )
        return ServedReply(reply, dict(request.model.options), self._pace, served_model=LABEL)

    async def describe(self, model: str, options: Mapping[str, Any] | None = None) -> Description:
        """It is always there."""
        return Description("offline", model, LABEL, reachable=True, served=True)

    async def aclose(self) -> None:
        """Nothing to let go of."""


def _structured_text(request: ModelRequest, schema: Mapping[str, Any], draws: Draws) -> Any:
    drawn = instance(schema, draws)
    if request.purpose == "person" and isinstance(drawn, dict):
        first, last = draws.choice(_FIRST_NAMES), draws.choice(_LAST_NAMES)
        drawn |= {"handle": f"{first}_{last}".lower(), "name": f"{first} {last}"}
    return drawn


def _speech(request: ModelRequest, draws: Draws) -> str:
    system = next((message.content for message in request.messages if message.role == "system"), "")
    if request.purpose == "summary":
        count = request.messages[-1].content.count("\n\n")
        one, other = draws.choice(_CLAIMS), draws.choice(_CLAIMS)
        return f"{count} things were said. One held that {one}; another, that {other}. They parted without a decision."
    own = _HANDLE.search(system) or _SELF.search(system)
    role = re.sub(r"_\d+$", "", own.group(1)).replace("_", " ").lower() if own else "participant"
    parts = [draws.choice(_OPENINGS)] if draws.below(3) else []
    for sentence in range(1 + draws.below(2)):
        lead = draws.choice(_LEADS).format(role=role) if sentence == 0 else "And"
        first, second = draws.choice(_CLAIMS), draws.choice(_CLAIMS)
        joined = f"{first}, {draws.choice(_TURNS)} {second}" if first != second else first
        parts.append(f"{lead[:1].upper()}{lead[1:]} {joined}.")
    if draws.below(3):
        parts.append(draws.choice(_CLOSINGS))
    return " ".join(parts)


def instance(schema: Mapping[str, Any], draws: Draws) -> Any:
    """A value that a JSON Schema allows, drawn; for the keywords that environments use.

    Raises:
        ValueError: the schema has a type, or refers to a place, that is not known here.
    """
    return _instance(schema, draws, schema.get("$defs", {}))


def _instance(schema: Mapping[str, Any], draws: Draws, named: Mapping[str, Any]) -> Any:
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix("#/$defs/")
        if name not in named:
            raise ValueError(f"the offline model does not find {schema['$ref']!r} in the schema")
        return _instance(named[name], draws, named)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return draws.choice(schema["enum"])
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return _instance(draws.choice(schema[union]), draws, named)
    match schema.get("type"):
        case "object":
            return {name: _instance(part, draws, named) for name, part in schema.get("properties", {}).items()}
        case "array":
            least = schema.get("minItems", 0)
            count = least + draws.below(max(schema.get("maxItems", least + 2) - least, 0) + 1)
            return [_instance(schema.get("items", {"type": "string"}), draws, named) for _ in range(count)]
        case "integer":
            low = schema.get("minimum", 0)
            high = schema.get("maximum", low + 10)
            if schema.get("description") == "percent":
                # People do most things seldom, and so a feed does not drown in answers.
                return round(low + draws.random() ** _SELDOM * (high - low))
            return low + draws.below(high - low + 1)
        case "number":
            low = schema.get("minimum", 0.0)
            high = schema.get("maximum", low + 1.0)
            return round(low + draws.random() * (high - low), 3)
        case "boolean":
            return bool(draws.below(2))
        case "null":
            return None
        case "string":
            return draws.choice(_CLAIMS)[: schema.get("maxLength")]
        case other:
            raise ValueError(f"the offline model cannot make an instance of {other!r}")
