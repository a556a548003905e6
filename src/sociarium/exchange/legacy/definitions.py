"""An experiment of the earlier simulator as a definition of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sociarium.exchange.legacy.documents import LegacyExperiment, Llm
from sociarium.exchange.legacy.notes import Notes
from sociarium.experiment import validation
from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.models import OPTIONS, ModelSpec
from sociarium.experiment.problems import path_text
from sociarium.experiment.prompts.placeholders import role_key, unknown_placeholders
from sociarium.experiment.prompts.sections import STARTING_PROMPT

CONTEXT = 8192
"""The earlier simulator left the size of the context to Ollama; a file of ours has to say one."""

_LONGEST_NOTE = 100
_WORD = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class MappedExperiment:
    """A definition, and under which name each of the earlier models stands in it."""

    definition: ConversationDefinition
    models: Mapping[str, Llm]

    def model_of(self, llm: Llm) -> str | None:
        """The name of a conversation's model; None when it is none of the experiment's, or cannot be told."""
        named = [name for name, known in self.models.items() if known.model == llm.model]
        exact = [name for name in named if dict(self.models[name].options) == dict(llm.options)]
        if len(exact) == 1:
            return exact[0]
        return named[0] if len(named) == 1 and not llm.options else None


def title_of(found: LegacyExperiment) -> str:
    """The earlier experiments had no titles; theirs is their note, or else says who takes part, and holds the id."""
    return f"{_short(found.note) or _cast(found)} ({found.id})"


def lasting_name(found: LegacyExperiment) -> str:
    """What an experiment's id here is made of: it says the same when somebody changes the note there."""
    return f"{_cast(found)} ({found.id})"


def _cast(found: LegacyExperiment) -> str:
    return " and ".join(found.roles)[:200] or "no roles"


def _short(note: str) -> str:
    words = " ".join(note.split())
    return words if len(words) <= _LONGEST_NOTE else f"{words[:_LONGEST_NOTE].rsplit(' ', 1)[0]}…"


def map_experiment(found: LegacyExperiment, notes: Notes) -> MappedExperiment:
    """Map an experiment; what has no place here is noted."""
    where = f"experiment {found.id}"
    models = _models(found.llms, where, notes)
    texts = _Texts(found, where, notes)
    document = {
        "title": title_of(found),
        "note": found.note,
        "favourite": found.favourite,
        "starting_message": texts.map_text(found.starting_message, has_self=False),
        "models": {name: _entry(llm, f"{where}, model {name}", notes) for name, llm in models.items()},
        "roles": {role: {"pronouns": "he/she"} for role in found.roles} or {"nobody": {}},
        "sections": _sections(found, texts),
    }
    if found.summarizer:
        titles = _Titles()
        document["summarizer"] = [
            {"title": titles.free(each.title), "content": texts.map_text(each.content, has_self=False)}
            for each in found.summarizer
        ]
    definition = ConversationDefinition.model_validate_json(json.dumps(document))
    for fault in validation.problems(definition):
        notes.add(where, f"before it can be run, mend {path_text(fault.loc)}: {fault.message}")
    return MappedExperiment(definition, models)


def _models(llms: Iterable[Llm], where: str, notes: Notes) -> dict[str, Llm]:
    found: dict[str, Llm] = {}
    titles = _Titles()
    for llm in llms:
        if llm in found.values():
            continue
        found[titles.free(llm.model or "unknown")] = llm
    if not found:
        notes.add(where, "it names no model")
        found["unknown"] = Llm("", {})
    return found


def _entry(llm: Llm, where: str, notes: Notes) -> dict[str, Any]:
    fixed = {"provider": "ollama", "model": llm.model or "unknown", "context": CONTEXT}
    kept: dict[str, Any] = {}
    for option, value in llm.options.items():
        try:
            if option not in OPTIONS:
                raise ValueError(option)  # noqa: TRY301  # one way for options of every kind that have no place
            ModelSpec.model_validate({**fixed, option: value})
        except (ValidationError, ValueError):
            notes.add(where, f"{option}={value!r} has no place in a file and was left out of it")
        else:
            kept[option] = value
    return {**fixed, **kept}


def _sections(found: LegacyExperiment, texts: _Texts) -> list[dict[str, Any]]:
    """Sections in their order, the starting prompt first; private ones of one title are one section."""
    titles = _Titles()
    starting: dict[str, str] = dict.fromkeys(found.roles or ("nobody",), "")
    sections: list[dict[str, Any]] = []
    private: dict[str, dict[str, str]] = {}
    for each in found.sections:
        text = texts.map_text(each.content, has_self=True)
        if _is_starting(each.title):
            starting.update(dict.fromkeys(found.roles if not each.role else (each.role,), text))
        elif not each.role:
            sections.append({"title": titles.free(each.title), "shared": text})
        elif each.title in private and each.role not in private[each.title]:
            private[each.title][each.role] = text
        else:
            texts_of = private[each.title] = {each.role: text}
            sections.append({"title": titles.free(each.title), "private": texts_of})
    return [{"title": STARTING_PROMPT, "private": starting}, *sections]


def _is_starting(title: str) -> bool:
    return " ".join(title.replace("_", " ").split()).casefold() == STARTING_PROMPT.casefold()


class _Titles:
    """Names that stand once: a second one gets a number."""

    def __init__(self) -> None:
        self._taken: set[str] = {STARTING_PROMPT}

    def free(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted} {number}"
        self._taken.add(name)
        return name


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts with the earlier placeholders as ours are spelled; what means nothing here stays, and is noted."""

    found: LegacyExperiment
    where: str
    notes: Notes

    def map_text(self, text: str, *, has_self: bool) -> str:
        roles = self.found.roles
        declared = {tag.strip("<>") for tag in self.found.tags}

        def spelled(match: re.Match[str]) -> str:
            word = match.group(1)
            for candidate in _candidates(word, roles, declared):
                if _is_known(candidate, roles, has_self=has_self):
                    return f"<{candidate}>"
            return match.group(0)

        result = _WORD.sub(spelled, text)
        for word in unknown_placeholders(result, roles, has_self=has_self):
            self.notes.add(self.where, f"<{word.word}> is no placeholder here, and stands in its text as it was")
        return result


def _is_known(word: str, roles: Sequence[str], *, has_self: bool) -> bool:
    shaped = not any(unknown_placeholders(f"<{word}>", roles, has_self=has_self))
    # `unknown` passes what is not shaped like a placeholder; such a word is text.
    return shaped and any(unknown_placeholders(f"<{word}>", (), has_self=False))


def _candidates(word: str, roles: Sequence[str], declared: Collection[str]) -> Iterable[str]:
    """How a tag may be spelled here: as it is, in capitals, or, declared as a bare verb, with VERB before it."""
    yield word
    upper = word.upper()
    if any(upper.startswith(f"{role_key(role)}_") for role in roles):
        yield upper
    if word in declared or upper in declared:
        for role in roles:
            key = role_key(role)
            if upper.startswith(f"{key}_"):
                yield f"{key}_VERB_{upper[len(key) + 1 :]}"


def same_role(wanted: str, roles: Iterable[str]) -> str | None:
    """The role of an experiment that a message means, in whatever case."""
    key = role_key(wanted)
    return next((role for role in roles if role_key(role) == key), None)
