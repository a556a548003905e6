"""Places of a document in words for people, who never see the language of files."""

from __future__ import annotations

from typing import Any

from sociarium.editing.document import Document
from sociarium.editing.texts import text_slots, value_at
from sociarium.experiment.feed.default_role import DEFAULT_ROLE
from sociarium.experiment.problems import Loc

_KEYS = {
    "starting_message": "the opening",
    "continuation": "what is read when somebody speaks twice running",
    "summarizer": "the day's record",
    "manager": "how speakers are chosen",
    "newcomers": "newcomers",
    "policy": "the content policy",
    "feed": "how posts are met",
    "graph": "who follows whom",
    "memory": "what people remember",
    "schedule": "what changes on a day",
    "code": "hashes of rankers of your own",
    "first_speaker": "who speaks first",
    "base_url": "address",
    "api_key_env": "name of its key",
    "api_key_header": "header of its key",
    "per_day": "how many a day",
    "after_message": "moment",
    "variants": "versions",
    "probes": "private questions",
    "factors": "what is compared",
    "exclude": "what is left out",
    "exclusions": "runs that will not count",
    "stop_when": "when it ends early",
    "ask": "",
    "text": "",
    "post": "",
    "content": "",
    "private": "",
    "shared": "",
    "title": "",
    "name": "",
    "handle": "",
}
_WHAT = {"probes": "the question", "events": "the announcement"}
_NAMED = {"sections": "title", "summarizer": "title", "manager": "title", "probes": "name", "events": "name",
          "people": "handle"}  # fmt: skip


def key_words(key: str) -> str:
    """A key of the file format in words."""
    return _KEYS.get(key, key.replace("_", " "))


def slot_words(document: Document, slot: str) -> str:
    """What a factor sets, in words: `Goal, of prisoner`, `model of guard`, `messages`; a name of one's own as it is."""
    if (loc := text_slots(document).get(slot)) is not None:
        return place_words(document, loc)
    head, _, rest = slot.partition(".")
    match head:
        case "agents" | "people" if rest:
            return f"number of {rest}"
        case "model" if rest:
            return f"model of {rest}"
        case "option" if rest:
            model, _, option = rest.rpartition(".")
            return f"{key_words(option)} of {model}" if model else key_words(option)
        case "section" if rest:
            title, _, role = rest.rpartition(".")
            return f"{title}, of {role}" if title else rest
        case "event" | "probe" if rest:
            return f"{_WHAT[f'{head}s']} {rest}"
        case "feed" | "graph" | "memory" | "newcomers" | "policy" | "prompts" | "summarizer" | "manager" if rest:
            return f"{key_words(head)}: {key_words(rest)}"
    return key_words(slot)


def place_words(document: Document, loc: Loc) -> str:
    """A place of a document in words: `Goal, of prisoner`, `the question trust`, `llama, temperature`."""
    if not loc:
        return ""
    head, rest = str(loc[0]), loc[1:]
    if head in {"sweep", "sweeps"}:
        return _comparison_words(document, loc)
    parts = []
    if head in _NAMED and rest and isinstance(rest[0], int):
        parts.append(_entry_words(document, head, rest[0]))
        rest = rest[1:]
    elif head in {"models", "roles"} and rest:
        parts.append(str(rest[0]))
        rest = rest[1:]
    else:
        parts.append("models of the steps" if head == "model" else key_words(head))
    while rest:
        key, rest = rest[0], rest[1:]
        if key in {"private", "variants"} and rest:
            parts.append(f"{'of' if key == 'private' else 'version'} {rest[0]}")
            rest = rest[1:]
        elif isinstance(key, int):
            parts.append(f"no. {key + 1}")
        else:
            parts.append(key_words(key))
    return ", ".join(part for part in parts if part)


def _entry_words(document: Document, head: str, position: int) -> str:
    entry: Any = value_at(document, (head, position))
    called = entry.get(_NAMED[head]) if isinstance(entry, dict) else None
    name = called if isinstance(called, str) else ""
    if not name and isinstance(entry, dict) and "generate" in entry:
        role = entry.get("role", DEFAULT_ROLE)
        return f"people written by a model ({role})" if isinstance(role, str) else "people written by a model"
    if not name and isinstance(entry, dict) and "count" in entry:
        return f"people who act by a rule ({entry.get('role', DEFAULT_ROLE)})"
    what = _WHAT.get(head, "")
    return " ".join(part for part in (what, name or f"no. {position + 1}") if part)


def _comparison_words(document: Document, loc: Loc) -> str:
    below = loc[1:] if loc[0] == "sweep" else loc[2:]
    if len(below) >= 2 and below[0] == "factors":
        return slot_words(document, str(below[1]))
    if below[:1] == ("exclude",):
        return "a combination that is left out" if len(below) > 1 else "what is left out"
    return key_words(str(below[0])) if below else ""
