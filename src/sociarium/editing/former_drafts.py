"""Drafts of earlier versions, which kept answers by question, as documents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sociarium.experiment.prompts.starting_prompt import STARTING_PROMPT

_ADD, _DONE = "\0add", "\0done"
_MODEL_OPTIONS = ("temperature", "top_p", "top_k", "max_tokens", "context")
_USUAL_EVENT = {"day": 1, "after_message": 0, "every": 0, "author": "Researcher"}


def document_of_answers(answers: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """What answers come to so far.

    Args:
        base: the experiment that they change; empty for a new one.
    """
    document: dict[str, Any] = dict(base)
    if answers.get("environment") == "feed":
        document["environment"] = "feed"
    turns = sorted({int(turn[1]) for key in answers if (turn := re.match(r"change/(\d+)/", key))})
    for place in ("", *(f"change/{turn}/" for turn in turns)):
        _apply(document, _Answers(answers, place))
    return document


class _Answers:
    """Answers below a place."""

    def __init__(self, answers: Mapping[str, Any], place: str) -> None:
        self._by_key = {key.removeprefix(place): value for key, value in answers.items() if key.startswith(place)}

    def get(self, key: str, usual: Any = None) -> Any:
        return self._by_key.get(key, usual)

    def below(self, place: str) -> _Answers:
        return _Answers(self._by_key, f"{place}/")

    def number(self, key: str, usual: int = 0) -> int:
        try:
            return int(self.get(key, usual))
        except ValueError:
            return usual

    def text(self, key: str) -> Any:
        """A text, plain or in versions; None where nothing was written."""
        if names := _names(self.get(f"{key}/names", "")):
            return {"variants": {name: self.get(f"{key}/{name}", "") for name in names}}
        return self.get(key)


def _names(line: str) -> list[str]:
    return list(dict.fromkeys(name for part in line.split(",") if (name := " ".join(part.split()))))


def _apply(document: dict[str, Any], answers: _Answers) -> None:
    for key in ("title", "note"):
        if answers.get(key):
            document[key] = answers.get(key)
    if answers.get("favourite"):
        document["favourite"] = True
    if answers.get("roles"):
        document["roles"] = _roles(document, answers)
    _models(document, answers)
    if (opening := answers.text("starting message")) is not None:
        document["starting_message"] = opening
    if answers.get("titles") is not None:
        document["sections"] = _sections(document, answers)
    if answers.get("summary titles"):
        document["summarizer"] = [
            {"title": title, "content": answers.text(f"summary/{title}") or ""}
            for title in _names(answers.get("summary titles"))
        ]
    _entries(document, answers, "probes", _probe)
    _entries(document, answers, "events", _event)
    _people(document, answers)
    if answers.get("days") is not None:
        document["days"] = answers.number("days", 1)


def _roles(document: Mapping[str, Any], answers: _Answers) -> dict[str, Any]:
    former = document.get("roles") or {}
    roles = {}
    for role in _names(answers.get("roles")):
        spec = dict(former.get(role) or {})
        pronouns = answers.get(f"{role}/pronouns")
        if pronouns and (pronouns != "they" or "pronouns" in spec):
            spec["pronouns"] = pronouns
        if role in answers.get("scripted", ()):
            spec["script"] = [line for line in answers.get(f"{role}/script", "").splitlines() if line.strip()]
        roles[role] = spec
    return roles


def _turns(answers: _Answers, key: str) -> list[_Answers]:
    turns: list[_Answers] = []
    while (turn := answers.below(f"{key}/{len(turns) + 1}"))._by_key:
        turns.append(turn)
    return turns


def _models(document: dict[str, Any], answers: _Answers) -> None:
    for turn in _turns(answers, "models"):
        specs: dict[str, Any] = document.setdefault("models", {})
        action = turn.get("what", _ADD)
        if action == _ADD and turn.get("provider"):
            specs[turn.get("name") or turn.get("model name") or turn.get("provider")] = _model(turn)
        elif action != _DONE:
            specs.pop(action, None)


def _model(answers: _Answers) -> dict[str, Any]:
    chosen = answers.get("model")
    named = answers.get("model name") if chosen in (None, "\0other") else chosen
    spec = {"provider": answers.get("provider"), "model": named, "base_url": answers.get("address"),
            "api_key_env": answers.get("key")}  # fmt: skip
    for option in _MODEL_OPTIONS:
        if line := answers.get(option):
            spec[option] = float(line) if option in {"temperature", "top_p"} else int(line)
    return {key: value for key, value in spec.items() if value}


def _sections(document: Mapping[str, Any], answers: _Answers) -> list[dict[str, Any]]:
    former = {section["title"]: section for section in document.get("sections", ())}
    readers = [role for role, spec in (document.get("roles") or {}).items() if not (spec or {}).get("script")]
    sections = []
    for title in (STARTING_PROMPT, *_names(answers.get("titles"))):
        section = {key: value for key, value in former.get(title, {}).items() if key in {"title", "heading"}}
        section["title"] = title
        if title in answers.get("shared", ()):
            section["shared"] = answers.text(f"text/{title} (all)") or ""
        else:
            texts = {role: answers.text(f"text/{title} of the {role}") for role in readers}
            needed = title == STARTING_PROMPT
            section["private"] = {role: text or "" for role, text in texts.items() if text or needed}
        sections.append(section)
    return sections


def _entries(document: dict[str, Any], answers: _Answers, key: str, entry: Any) -> None:
    for turn in _turns(answers, key):
        action = turn.get("what", _DONE)
        entries = document.setdefault(key, [])
        if action == _ADD and turn.get("name"):
            entries.append({"name": turn.get("name"), **entry(turn)})
        elif action != _DONE:
            document[key] = [one for one in entries if one.get("name") != action]
    if document.get(key) == []:
        del document[key]


def _probe(answers: _Answers) -> dict[str, Any]:
    probe: dict[str, Any] = {key: answers.get(key) for key in ("of", "at", "ask") if answers.get(key)}
    if answers.get("kind") == "scale":
        least = answers.number("from")
        probe["answer"] = {"from": least, "to": answers.number("to", least + 10)}
    elif answers.get("choices"):
        probe["answer"] = {"choices": _names(answers.get("choices"))}
    return probe


def _event(answers: _Answers) -> dict[str, Any]:
    event = {"day": answers.number("day", 1), "after_message": answers.number("after"),
             "every": answers.number("every"), "author": answers.get("author", "Researcher")}  # fmt: skip
    event = {key: value for key, value in event.items() if value != _USUAL_EVENT[key]}
    text = answers.text("text")
    return event if text is None else {**event, ("post" if answers.get("every") is not None else "text"): text}


def _people(document: dict[str, Any], answers: _Answers) -> None:
    for turn in _turns(answers, "people"):
        action, _, which = str(turn.get("what", _DONE)).partition("/")
        entry = {key: turn.get(key) for key in ("handle", "name", "bio", "persona", "role", "model", "prompt")
                 if turn.get(key)}  # fmt: skip
        if turn.get("generate") is not None:
            entry["generate"] = turn.number("generate")
        people: list[dict[str, Any]] = document.setdefault("people", [])
        if action in {"describe", "write"} and entry:
            people.append(entry)
        elif action == "change" and which.isdigit() and int(which) < len(people):
            people[int(which)] |= entry
        elif action == "remove" and which.isdigit() and int(which) < len(people):
            del people[int(which)]
