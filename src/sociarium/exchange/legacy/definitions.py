"""An experiment of the earlier simulator as a definition of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from sociarium.exchange.legacy.notes import Notes
from sociarium.exchange.legacy.records import LegacyConversation, LegacyExperiment, LegacySection, Llm
from sociarium.experiment import validation
from sociarium.experiment.canonical import short_id
from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.models import OPTIONS, ModelSpec, Provider
from sociarium.experiment.problems import path_text
from sociarium.experiment.prompts.placeholders import role_key, unknown_placeholders
from sociarium.experiment.prompts.starting_prompt import STARTING_PROMPT

CONTEXT = 8192
"""The earlier simulator left the size of the context to Ollama; a file of ours has to say one."""

_LONGEST_NOTE = 100
_OF_OPENAI = re.compile(r"(?:ft:)?(?:gpt-(?!oss|j\b|neo)|chatgpt-|o\d(?:-|$))", re.IGNORECASE)
_OF_OTHERS = {
    "Anthropic": re.compile(r"(?:anthropic[./])?claude-(?:\d|instant|opus|sonnet|haiku)", re.IGNORECASE),
    "Google": re.compile(r"(?:models/|google/)?gemini-", re.IGNORECASE),
    "xAI": re.compile(r"(?:x-ai/)?grok-(?!1\b)", re.IGNORECASE),
}
"""Vendors whose models no server of one's own has, by their names."""
"""How OpenAI's own models are called, and those that were trained further there; gpt-oss is one that Ollama serves."""
_PROVIDERS: tuple[Provider, ...] = ("openai", "ollama", "anthropic")
_WORD = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class MappedExperiment:
    """A definition, under which name each of the earlier models stands in it, and how texts are read."""

    definition: ConversationDefinition
    models: Mapping[str, Llm]
    texts: _Texts

    def model_of(self, llm: Llm) -> str | None:
        """The name of a conversation's model; None when it is none of the experiment's, or could be several."""
        candidates = [name for name, entry in self.models.items() if entry.model == llm.model]
        exact = [name for name in candidates if dict(self.models[name].options) == dict(llm.options)]
        if len(exact) == 1:
            return exact[0]
        return candidates[0] if len(candidates) == 1 and not llm.options else None

    def name_of_other(self, llm: Llm) -> str:
        """The name of a model that is no entry: with the options in which it differs, so that no two share one."""
        model = llm.model or "unknown"
        usual = next((entry.options for entry in self.models.values() if entry.model == llm.model), {})
        own = [f"{key}={value}" for key, value in sorted(llm.options.items()) if (key, value) not in usual.items()]
        lacking = [f"no {key}" for key in sorted(usual.keys() - llm.options.keys())]
        differences = ", ".join([*own, *lacking]) if llm.options else "options unknown" if usual else ""
        if len(differences) > _LONGEST_NOTE:
            differences = short_id("options", differences)
        return f"{model} ({differences})" if differences else model

    def opening(self, conversation: LegacyConversation, notes: Notes) -> str | None:
        """A conversation's own first words, with our placeholders; None where it does not say."""
        if conversation.starting_message is None:
            return None
        where = f"conversation {conversation.id}"
        return replace(self.texts, where=where, notes=notes).map_text(conversation.starting_message, has_self=False)


def title_of(experiment: LegacyExperiment) -> str:
    """The earlier experiments had no titles; theirs is their note, or else says who takes part, and holds the id."""
    return f"{_short_note(experiment.note) or _role_names(experiment)} ({experiment.id})"


def stable_name(experiment: LegacyExperiment) -> str:
    """What an experiment's id here is made of: it says the same when somebody changes the note there."""
    return f"{_role_names(experiment)} ({experiment.id})"


def _role_names(experiment: LegacyExperiment) -> str:
    return " and ".join(experiment.roles)[:200] or "no roles"


def _short_note(note: str) -> str:
    words = " ".join(note.split())
    return words if len(words) <= _LONGEST_NOTE else f"{words[:_LONGEST_NOTE].rsplit(' ', 1)[0]}…"


def map_experiment(experiment: LegacyExperiment, notes: Notes) -> MappedExperiment:
    """An experiment as a definition; what has no place in one is noted."""
    where = f"experiment {experiment.id}"
    models = _models(experiment.llms, where, notes)
    texts = _Texts(experiment, where, notes)
    document = {
        "title": title_of(experiment),
        "note": experiment.note,
        "favourite": experiment.favourite,
        "starting_message": texts.map_text(experiment.starting_message, has_self=False),
        "models": {name: _model_entry(llm, f"{where}, model {name}", notes) for name, llm in models.items()},
        "roles": {role: {"pronouns": "he/she"} for role in experiment.roles} or {"nobody": {}},
        "sections": _sections(experiment, texts),
    }
    if experiment.summarizer:
        document["summarizer"] = _summarizer(experiment.summarizer, texts)
    definition = ConversationDefinition.model_validate_json(json.dumps(document))
    for fault in validation.problems(definition):
        notes.add(where, f"before it can be run, mend {path_text(fault.loc)}: {fault.message}")
    return MappedExperiment(definition, models, texts)


def _models(llms: Iterable[Llm], where: str, notes: Notes) -> dict[str, Llm]:
    models: dict[str, Llm] = {}
    names = _UniqueNames()
    for llm in llms:
        if llm in models.values():
            continue
        models[names.claim(llm.model or "unknown")] = llm
    if not models:
        notes.add(where, "it names no model")
        models["unknown"] = Llm("", {})
    return models


def provider_of(llm: Llm) -> Provider:
    """Who serves a model: whom its document names, where we know them.

    Else its name tells: the earlier simulator asked OpenAI for OpenAI's, and Ollama for all others.
    """
    if (stated := _stated_provider(llm)) is not None:
        return stated
    return "openai" if _OF_OPENAI.match(llm.model) else "ollama"


def _stated_provider(llm: Llm) -> Provider | None:
    name = str(llm.options.get("provider", "")).strip().casefold()
    return next((provider for provider in _PROVIDERS if provider == name), None)


def _other_vendor(model: str) -> str | None:
    """Who serves a model of that name, where it is neither OpenAI nor a server of one's own."""
    return next((vendor for vendor, names in _OF_OTHERS.items() if names.match(model)), None)


def _model_entry(llm: Llm, where: str, notes: Notes) -> dict[str, Any]:
    fields: dict[str, Any] = {"provider": provider_of(llm), "model": llm.model or "unknown"}
    stated = _stated_provider(llm)
    if fields["provider"] == "ollama":
        fields["context"] = CONTEXT
        if stated is None and (vendor := _other_vendor(llm.model)):
            notes.add(
                where, f"{llm.model} is taken for one of Ollama's, as the simulator did; it is {vendor}'s by its name"
            )
    elif stated is None:
        notes.add(where, "it is taken for one of OpenAI's, by its name")
    options: dict[str, Any] = {}
    for option, value in llm.options.items():
        if option == "provider" and stated is not None:
            continue
        try:
            if option not in OPTIONS:
                raise ValueError(option)  # noqa: TRY301  # one way for options of every kind that have no place
            ModelSpec.model_validate({**fields, option: value})
        except (ValidationError, ValueError):
            notes.add(where, f"{option}={value!r} has no place in a file and was left out of it")
        else:
            options[option] = value
    return {**fields, **options}


def _sections(experiment: LegacyExperiment, texts: _Texts) -> list[dict[str, Any]]:
    """Sections as the earlier simulator put prompts together: private before shared ones, each by its index.

    The starting prompt is first: of each role its first section of that title, or, where no role has one, the first
    shared one. Further ones stay sections. Private sections of one title are one section.
    """
    titles = _UniqueNames(STARTING_PROMPT)
    roles = experiment.roles or ("nobody",)
    starting: dict[str, str] = {}
    sections: list[dict[str, Any]] = []
    private: dict[str, dict[str, str]] = {}
    for section in sorted(experiment.sections, key=lambda section: not section.role):
        text = texts.map_text(section.content, has_self=True)
        begins = {section.role} if section.role else set(roles)
        if _is_starting(section.title) and starting.keys().isdisjoint(begins):
            starting.update(dict.fromkeys(begins, text))
        elif not section.role:
            sections.append({"title": texts.claim_title(section.title, titles), "shared": text})
        elif section.title in private and section.role not in private[section.title]:
            private[section.title][section.role] = text
        else:
            text_by_role = private[section.title] = {section.role: text}
            sections.append({"title": texts.claim_title(section.title, titles), "private": text_by_role})
    _note_other_orders(experiment, sections, texts)
    return [{"title": STARTING_PROMPT, "private": {role: starting.get(role, "") for role in roles}}, *sections]


def _note_other_orders(experiment: LegacyExperiment, sections: Sequence[Mapping[str, Any]], texts: _Texts) -> None:
    """Note whose sections stood in another order than those of the roles before."""
    for role in experiment.roles:
        titles = [section.title for section in experiment.sections if section.role == role]
        before = [title for title in titles if not _is_starting(title)]
        after = [str(section["title"]) for section in sections if role in section.get("private", ())]
        if len(set(before)) == len(before) and set(before) == set(after) and before != after:
            texts.notes.add(
                texts.where, f"{role} had its sections in the order {', '.join(before)}, which is one for all here"
            )


def _summarizer(sections: Sequence[LegacySection], texts: _Texts) -> list[dict[str, str]]:
    """The sections of the summarizer's prompt; its starting prompt stands first and without a heading."""
    titles = _UniqueNames()
    in_order = sorted(sections, key=lambda section: not _is_starting(section.title))
    return [
        {
            "title": texts.claim_title(STARTING_PROMPT if _is_starting(section.title) else section.title, titles),
            "content": texts.map_text(section.content, has_self=False),
        }
        for section in in_order
    ]


def _is_starting(title: str) -> bool:
    return " ".join(title.replace("_", " ").split()).casefold() == STARTING_PROMPT.casefold()


class _UniqueNames:
    """Names that stand once: a second one gets a number."""

    def __init__(self, *used: str) -> None:
        self._used = set(used)

    def claim(self, text: str) -> str:
        """A text as a name that nothing else has from now on."""
        name, number = text, 1
        while name in self._used:
            number += 1
            name = f"{text} {number}"
        self._used.add(name)
        return name


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts with the earlier placeholders as ours are spelled; what means nothing here stays, and is noted."""

    experiment: LegacyExperiment
    where: str
    notes: Notes

    def claim_title(self, title: str, titles: _UniqueNames) -> str:
        """A section's title, which no other has; one that is numbered for that is noted, since it heads its text."""
        name = titles.claim(title)
        if name != title:
            self.notes.add(self.where, f"a further section {title!r} is {name!r} here, which is its heading too")
        return name

    def map_text(self, text: str, *, has_self: bool) -> str:
        """A text with our placeholders.

        Args:
            has_self: whether it is addressed to one agent.
        """
        roles = self.experiment.roles
        tags = {tag.strip("<>") for tag in self.experiment.tags}

        def replacement(match: re.Match[str]) -> str:
            word = match.group(1)
            for candidate in _candidates(word, roles, tags):
                if _has_meaning(candidate, roles, has_self=has_self):
                    return f"<{candidate}>"
            return match.group(0)

        result = _WORD.sub(replacement, text)
        for word in unknown_placeholders(result, roles, has_self=has_self):
            self.notes.add(self.where, f"<{word.word}> is no placeholder here, and stands in its text as it was")
        return result


def _has_meaning(word: str, roles: Sequence[str], *, has_self: bool) -> bool:
    """Whether a word is a placeholder of these roles."""
    is_accepted = not any(unknown_placeholders(f"<{word}>", roles, has_self=has_self))
    # `unknown_placeholders` passes what is not shaped like a placeholder; such a word is text.
    return is_accepted and any(unknown_placeholders(f"<{word}>", (), has_self=False))


def _candidates(word: str, roles: Sequence[str], tags: Collection[str]) -> Iterable[str]:
    """How a tag may be spelled here: as it is, in capitals, or, declared as a bare verb, with VERB before it."""
    yield word
    upper = word.upper()
    if any(upper.startswith(f"{role_key(role)}_") for role in roles):
        yield upper
    if word in tags or upper in tags:
        for role in roles:
            key = role_key(role)
            if upper.startswith(f"{key}_"):
                yield f"{key}_VERB_{upper[len(key) + 1 :]}"
