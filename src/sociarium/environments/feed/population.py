"""People who are written by a model: a preparation of a replicate, the same for all its conditions."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from typing import Any

from sociarium.environments.answer_schema import Schema, longest_in, object_schema, string, with_lengths, within_bounds
from sociarium.environments.feed.messages import messages_for
from sociarium.environments.feed.quotas import Quota
from sociarium.environments.feed.quotation import quote
from sociarium.environments.requests import JOINT, AskResult, Prompt, RunEnded, ask_until
from sociarium.environments.stage import Stage
from sociarium.environments.structured_output import has_words, read_object
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.ports.model import ModelReply
from sociarium.records.events import Happening

WAVE = 10
"""People who are asked for side by side; each wave is told of those before it."""
RETRIES = 2
_MOST_EARLIER = 60
"""People of earlier waves who are named to the model, the latest ones."""
LONGEST_HANDLE = 30
_NOT_IN_HANDLES = re.compile(r"[\s@#<>/\\\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")

_PARTS = {"handle": string(LONGEST_HANDLE), "name": string(80), "bio": string(300), "persona": string(),
          "background": string()}  # fmt: skip

Tree = Mapping[str, Any]


async def write(content: PopulationContent, count: int, stage: Stage) -> None:
    """Write people until there are so many; the first ones are the same however many are wanted.

    Raises:
        ModelError: the model did not answer, for good.
    """
    attributes = _draw_attributes(content, count, stage)
    people: list[Tree | None] = []
    handles: set[str] = set()
    schema = _schema(content)
    for first in range(1, count + 1, WAVE):
        numbers = range(first, min(first + WAVE, count + 1))
        earlier = [person for person in people if person is not None][-_MOST_EARLIER:]
        steps = {f"person/{n:07}": _step(content, schema, n, attributes[n - 1], earlier) for n in numbers}
        answers = await stage.together(steps)
        for number, (result, why) in zip(numbers, answers.values(), strict=True):
            answer, repairs = result.value if result is not None and result.value is not None else (None, ())
            person, cut = (None, False) if answer is None else _person(content, answer, handles)
            people.append(person)
            data = {"number": number, "person": person, "quotas": attributes[number - 1],
                    "call": result.key if result else None} | (
                        {"repaired": list(repairs)} if repairs else {})  # fmt: skip
            author, flags = person["handle"] if person else "", (
                why, "words_cut" if cut else "", "repaired" if repairs else "")  # fmt: skip
            stage.emit(f"person/{number}", Happening("person", author=author, role=content.role,
                                                     flags=tuple(filter(None, flags)), data=data))  # fmt: skip


def _draw_attributes(content: PopulationContent, count: int, stage: Stage) -> list[dict[str, str]]:
    """What each person is to be, by attribute."""
    quotas = {name: (Quota(shares), stage.rng(f"quota/{name}")) for name, shares in content.quotas.items()}
    return [{name: quota.draw(draws) for name, (quota, draws) in quotas.items()} for _ in range(count)]


ReadPerson = tuple[Tree, tuple[str, ...]]
"""An answer, and kinds of repairs that it needed."""
Written = tuple[AskResult[ReadPerson] | None, str]


def _step(
    content: PopulationContent, schema: Schema, number: int, attributes: Mapping[str, str], earlier: Sequence[Tree]
) -> Callable[[Stage], Awaitable[Written]]:
    async def step(stage: Stage) -> Written:
        messages = messages_for(content.prompt, [_question(number, attributes, earlier)])
        try:
            result = await ask_until(
                content.models,
                stage,
                f"person/{number}",
                Prompt(content.model, messages, purpose="person", schema=schema),
                retries=RETRIES,
                read=lambda reply: _read(content, reply),
            )
        except RunEnded:
            return None, "context_cut"
        if result.cut:
            return None, "context_cut"
        if result.value is None:
            return result, "refused" if result.reply.finish_reason == "refused" else "invalid"
        return result, "retried" if result.attempts > 1 else ""

    return step


def _question(number: int, attributes: Mapping[str, str], earlier: Sequence[Tree]) -> str:
    parts = [f"Write person number {number}."]
    if attributes:
        parts.append("They are:\n" + "\n".join(f"- {name}: {value}" for name, value in attributes.items()))
    if earlier:
        lines = "\n".join(f"@{person['handle']}: {' '.join(person['bio'].split())[:100]}" for person in earlier)
        parts.append(f"These are there already; write somebody else, under another handle:\n{quote(lines)}")
    parts.append(
        "Answer with a JSON object: `handle` (a name on the network, one word), `name`, `bio` (a line), `persona` (who "
        "they are, what they think and want, and how they write), `background` (what they know of the world)."
    )
    return JOINT.join(parts)


def _schema(content: PopulationContent) -> Schema:
    return object_schema(_PARTS | ({"persona": with_lengths(content.schema_)} if content.schema_ else {}))


def _read(content: PopulationContent, reply: ModelReply) -> ReadPerson | None:
    read = read_object(reply.text, tuple(_PARTS), cut=reply.finish_reason == "length")
    if read is None:
        return None
    answer = read.value
    return (answer, read.repairs) if _is_person(content, answer) else None


def _is_person(content: PopulationContent, answer: Tree) -> bool:
    if not answer.get("persona") or not handle_of(answer.get("handle")):
        return False
    if not all(isinstance(answer.get(name, ""), str) for name in ("name", "bio", "background")):
        return False
    persona = answer["persona"]
    if isinstance(persona, str) and not has_words(persona):
        return False
    if content.schema_ is None:
        return isinstance(persona, str | dict | list)
    if content.schema_.get("type") == "object":
        required = content.schema_.get("required", [])
        return isinstance(persona, dict) and all(name in persona for name in required)
    return True


def _person(content: PopulationContent, answer: Tree, handles: set[str]) -> tuple[Tree, bool]:
    """Somebody as they are kept, and whether something of them was longer than allowed."""
    handle = free_handle(handle_of(answer["handle"]), handles)
    handles.add(handle.casefold())
    texts = {name: answer.get(name, "") for name in ("name", "bio", "background")}
    lengths = {name: _PARTS[name]["maxLength"] for name in texts}
    bounded = {name: text[: lengths[name]].strip() for name, text in texts.items()}
    persona, cut = within_bounds(answer["persona"], longest_in(content.schema_))
    person = {
        "handle": handle,
        **{name: text if has_words(text) else "" for name, text in bounded.items()},
        "persona": persona,
        "role": content.role,
    }
    return person, cut or any(len(text) >= lengths[name] for name, text in texts.items())


def handle_of(value: Any) -> str:
    """A handle of what a model gives as one; empty when nothing is left of it."""
    if not isinstance(value, str):
        return ""
    return _NOT_IN_HANDLES.sub("_", value.strip().lstrip("@")).strip("_")[:LONGEST_HANDLE]


def free_handle(handle: str, in_use: Container[str]) -> str:
    """The handle, or one with a number behind it, that nobody has in any case."""
    free, number = handle, 1
    while free.casefold() in in_use:
        number += 1
        free = f"{handle}_{number}"
    return free


def as_text(persona: Any) -> str:
    """A persona, free text or any tree, as it stands in a prompt."""
    if isinstance(persona, str):
        return persona.strip()
    return json.dumps(persona, ensure_ascii=False, indent=1)
