"""Who takes part, and by which models: the fields of roles, people and models."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from sociarium.editing.change import Change, names_of
from sociarium.editing.document import Document, is_a_feed
from sociarium.editing.levels import names, typed_value
from sociarium.editing.models import add_model, remove_model, rename_model
from sociarium.editing.roles import add_role, remove_role, rename_role, role_names
from sociarium.editing.texts import value_at
from sociarium.editing.values import with_value
from sociarium.errors import BadInput
from sociarium.experiment.loading.parse import parse_yaml
from sociarium.experiment.models import Provider
from sociarium.experiment.problems import Loc
from sociarium.experiment.prompts.placeholders import Pronouns
from sociarium.experiment.prompts.word_forms import known_plural
from sociarium.viewer.pages.edit_crowds import crowd_groups, new_crowd
from sociarium.viewer.pages.edit_fields import (
    EditAddition,
    EditButton,
    EditField,
    EditGroup,
    EditPart,
    Sent,
    name_of,
    new_name_field,
    value_field,
)
from sociarium.viewer.pages.edit_people import ABOUT_PEOPLE, PeopleShown, new_person, paging, person_groups

_USUAL_CONTEXT = 8192
_NUMBERS = (
    ("temperature", "Temperature"),
    ("max_tokens", "Longest reply, in tokens"),
    ("context", "Context, in tokens"),
)
_WORDS = (("model", "Model, as its server calls it"), ("base_url", "Address; empty for the provider’s own"),
          ("api_key_env", "Variable that holds its key"))  # fmt: skip
_SHOWN = ("provider", *(name for name, _ in (*_WORDS, *_NUMBERS)))
_PRONOUNS = tuple((word, word) for word in ("they", *(word for word in get_args(Pronouns) if word != "they")))
_WITHOUT_SERVER = ("offline", "person")
_PROVIDERS = {"ollama": "Ollama", "openai": "OpenAI, or any server that speaks its protocol", "anthropic": "Anthropic",
              "person": "a person at a terminal", "offline": "no model: stand-in words"}  # fmt: skip


def cast_part(document: Document, counts: Mapping[str, Sequence[EditField]], people: PeopleShown) -> EditPart:
    """Roles of a conversation, or people of a feed.

    Args:
        counts: of each role, how many there are and which model plays it.
        people: which of the people of a feed stand in the form.
    """
    if is_a_feed(document):
        return _people_part(document, counts, people)
    groups = tuple(_role_group(document, role, counts.get(role, ())) for role in role_names(document))
    new = EditField(name_of("new", "roles"), "Its name, in the singular", ("",), hint="visitor")
    addition = EditAddition(
        "One more role", (new,), lambda document, sent: add_role(document, " ".join(sent[new.name][-1].split()))
    )
    about = (
        "In the order in which they speak. Several numbers, as 2, 4 or 1-3, and several models are compared. Empty: "
    )
    about += "one of them, played by the usual model. Their texts are below."
    return EditPart("roles", "Roles", groups, about, (addition,))


def _role_group(document: Document, role: str, counts: Sequence[EditField]) -> EditGroup:
    loc: Loc = ("roles", role)
    fields = (
        new_name_field(document, loc, "Name", rename_role),
        *counts,
        value_field(document, (*loc, "pronouns"), "Pronoun of one", choices=_PRONOUNS),
        value_field(document, (*loc, "plural"), "Several of them are", hint=known_plural(role)),
        value_field(document, (*loc, "name"), "What others call one", hint=role),
        _script_field(document, loc),
    )
    return EditGroup(role, fields, _removal(document, "roles", role))


def _script_field(document: Document, loc: Loc) -> EditField:
    lines = value_at(document, (*loc, "script")) or ()
    shown = "\n".join(map(str, lines)) if isinstance(lines, list | tuple) else str(lines)

    def apply(document: Document, sent: Sequence[str]) -> Change:
        typed = [line.strip() for line in sent[-1].splitlines() if line.strip()]
        return Change(with_value(document, (*loc, "script"), typed or None))

    label = "Lines of yours, one a line: it says them without a model"
    return EditField(name_of("value", *loc, "script"), label, (shown,), apply, (*loc, "script"), "text")


def _removal(document: Document, key: str, name: str) -> tuple[EditButton, ...]:
    remove = remove_model if key == "models" else remove_role
    alone = len(names_of(document, "models")) < 2 if key == "models" else len(role_names(document)) < 2
    if alone:
        return ()
    return (EditButton(f"Take {name} out", name_of("remove", key, name), lambda document: remove(document, name)),)


def _people_part(document: Document, counts: Mapping[str, Sequence[EditField]], people: PeopleShown) -> EditPart:
    groups = []
    for role in role_names(document):
        named = new_name_field(document, ("roles", role), "Name of the role", rename_role)
        groups.append(EditGroup(role, (named, *counts.get(role, ())), _removal(document, "roles", role)))
    groups += [*crowd_groups(document), *person_groups(document, people)]
    additions = (new_person(), new_crowd(document))
    return EditPart("roles", "People", tuple(groups), ABOUT_PEOPLE, additions, paging(document, people))


def models_part(document: Document) -> EditPart:
    """The models, each with its provider and options."""
    groups = tuple(
        EditGroup(name, _model_fields(document, name), _removal(document, "models", name))
        for name in names_of(document, "models")
    )

    new = EditField(name_of("new", "models"), "Its name in your tables", ("",), hint="warm")

    def add(document: Document, sent: Sent) -> Change:
        # Without a context Ollama cuts long prompts in silence.
        spec = {"provider": "ollama", "context": _USUAL_CONTEXT}
        return add_model(document, " ".join(sent[new.name][-1].split()), spec)

    about = (
        "The first one is the usual one; which are compared, and who is played by which, is said of roles and below."
    )
    return EditPart("models", "Models", groups, about, (EditAddition("One more model", (new,), add),))


def _model_fields(document: Document, name: str) -> tuple[EditField, ...]:
    loc: Loc = ("models", name)
    spec = value_at(document, loc) or {}
    fields = [new_name_field(document, loc, "Name", rename_model), _provider_field(document, loc)]
    if spec.get("provider") not in _WITHOUT_SERVER:
        fields += [value_field(document, (*loc, key), label, read=_key_names if key == "api_key_env" else str.strip)
                   for key, label in _WORDS]  # fmt: skip
        fields += [
            value_field(document, (*loc, key), label, read=typed_value, kind="number", hint="as the server has it")
            for key, label in _NUMBERS
        ]
        fields.append(_other_options(document, loc))
    return tuple(fields)


def _provider_field(document: Document, loc: Loc) -> EditField:
    def apply(document: Document, sent: Sequence[str]) -> Change:
        if sent[-1] in _WITHOUT_SERVER:
            # What a server was asked with means nothing to them.
            return Change(with_value(document, loc, {"provider": sent[-1]}))
        return Change(with_value(document, (*loc, "provider"), sent[-1]))

    known = [name for name in get_args(Provider) if name != "person" or not is_a_feed(document)]
    before = str(value_at(document, (*loc, "provider")) or "")
    choices = tuple((name, _PROVIDERS.get(name, name)) for name in dict.fromkeys([*known, before]) if name)
    name = name_of("value", *loc, "provider")
    return EditField(name, "Provider", (before,), apply, (*loc, "provider"), "choice", choices)


def _other_options(document: Document, loc: Loc) -> EditField:
    spec: Mapping[str, Any] = value_at(document, loc) or {}
    rest = {key: value for key, value in spec.items() if key not in _SHOWN}
    shown = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in rest.items())

    def apply(document: Document, sent: Sequence[str]) -> Change:
        tree = parse_yaml(sent[-1])
        if tree.problems or not isinstance(tree.value or {}, dict):
            raise BadInput("These are no options: write one a line, such as top_p: 0.9")
        now: Mapping[str, Any] = value_at(document, loc) or {}
        kept = {key: value for key, value in now.items() if key not in rest}
        return Change(with_value(document, loc, {**kept, **(tree.value or {})}))

    label = "Further options, one a line, as in a file"
    return EditField(name_of("more", *loc), label, (shown,), apply, loc, "text", hint="top_p: 0.9")


def _key_names(text: str) -> Any:
    """One word, or several between commas, as keys can share the load."""
    written = names(text)
    return written if len(written) > 1 else text.strip()
