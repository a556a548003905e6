"""Rarer settings: a line for each field of a part of the file format, asked for by its type and read as a file is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.page import NOTHING, PageRow, open_page
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import Check
from sociarium.editing.levels import names
from sociarium.editing.words import key_words
from sociarium.experiment.frozen import InFilesOnly
from sociarium.experiment.problems import Loc

_USUAL = "\0usual"


def setting_rows(editor: Editor, loc: Loc, model: type[BaseModel], fields: Sequence[str]) -> list[PageRow]:
    """A line for each of some fields; the path need not be there yet."""
    rows = []
    for key, info in model.model_fields.items():
        name = info.alias or key
        if name in fields or key in fields:
            rows.append(
                PageRow(
                    _label(name),
                    partial(ask_setting, editor, (*loc, name), model, key),
                    _value(editor.value((*loc, name)), info),
                )
            )
    return rows


def other_fields(model: type[BaseModel], *with_lines: str) -> tuple[str, ...]:
    """The fields of a part that have no line of their own."""
    names = ((key, info.alias or key) for key, info in model.model_fields.items())
    return tuple(key for key, name in names if name not in with_lines)


def open_settings(editor: Editor, title: str, loc: Loc, model: type[BaseModel], fields: Sequence[str] = ()) -> None:
    """The page of a part whose fields are all rare."""
    open_page(
        editor, title, lambda: setting_rows(editor, loc, model, fields or tuple(model.model_fields)),
        hint="A dash: as it usually is.",
    )  # fmt: skip


def ask_setting(editor: Editor, loc: Loc, model: type[BaseModel], key: str) -> bool:
    """Ask for one field; returns whether there was an answer."""
    info = model.model_fields[key]
    kinds = _kinds(info.annotation)
    question = f"{_label(str(loc[-1]))}:"
    if len(kinds) == 1 and isinstance(kinds[0], type) and issubclass(kinds[0], BaseModel):
        open_settings(editor, question, loc, kinds[0])
        return True
    choices = [value for kind in kinds for value in _choices(kind)]
    if choices and len(choices) == sum(len(_choices(kind)) or 1 for kind in kinds):
        return _choose(editor, loc, question, choices, info)
    is_long = any(get_origin(kind) in {dict, tuple, list} or kind is Any for kind in kinds) and not _is_names(kinds)
    return _type(editor, loc, question, info, kinds, is_long=is_long)


def _choose(editor: Editor, loc: Loc, question: str, choices: Sequence[Any], info: FieldInfo) -> bool:
    usual = "" if info.is_required() or info.default is None else f": {_words(info.default)}"
    entries = [
        TypedAnswer(f"as it usually is{usual}", _USUAL),
        *(TypedAnswer(_words(choice), choice) for choice in choices),
    ]
    before = editor.value(loc)
    chosen = editor.prompts.choose(question, entries, hint=_hint(info), default=_USUAL if before is None else before)
    if isinstance(chosen, Back):
        return False
    editor.set(loc, None if chosen == _USUAL else chosen)
    return True


def _type(editor: Editor, loc: Loc, question: str, info: FieldInfo, kinds: Sequence[Any], *, is_long: bool) -> bool:
    before = editor.value(loc)
    default = "" if before is None else _text(before)
    hint = f"{_hint(info)} Empty: as it usually is.".strip()
    ask = editor.prompts.long_text if is_long else editor.prompts.text
    if is_long:
        hint += " Written as JSON."
    answer = ask(question, hint=hint, default=default, check=_check(info, kinds))
    if isinstance(answer, Back):
        return False
    editor.set(loc, _read(answer, info, kinds) if answer.strip() else None)
    return True


_IN_WORDS = {"a valid integer": "a whole number", "a valid number": "a number", "a valid boolean": "yes or no"}


def _check(info: FieldInfo, kinds: Sequence[Any]) -> Check:
    def fault(line: str) -> str:
        if not line.strip():
            return ""
        try:
            _read(line, info, kinds)
        except ValidationError as error:
            first = error.errors()[0]["msg"].partition(", unable")[0].removeprefix("Input should be ")
            first = _IN_WORDS.get(first, first)
            return f"It should be {first}." if not first[:1].isupper() else f"{first}."
        return ""

    return fault


def _read(line: str, info: FieldInfo, kinds: Sequence[Any]) -> Any:
    """A line as the field takes it. Raises `ValidationError`."""
    annotation: Any = info.annotation
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[(annotation, *info.metadata)] if info.metadata else annotation)
    value: Any = line.strip()
    if _is_names(kinds):
        several = names(line)
        value = several[0] if str in kinds and len(several) == 1 else several
    elif str not in kinds or value[:1] in "[{":
        try:
            value = json.loads(value)
        except ValueError:
            value = line.strip()
    return adapter.dump_python(adapter.validate_json(json.dumps(value)), mode="json", by_alias=True, exclude_unset=True)


def _kinds(annotation: Any) -> list[Any]:
    """The types that a value may have, without None and annotations."""
    origin = get_origin(annotation)
    if origin is Annotated:
        kind, *marks = get_args(annotation)
        return [] if any(isinstance(mark, InFilesOnly) for mark in marks) else _kinds(kind)
    if origin in {Union, UnionType}:
        return [kind for member in get_args(annotation) for kind in _kinds(member) if kind is not NoneType]
    return [] if annotation is NoneType else [annotation]


def _choices(kind: Any) -> Sequence[Any]:
    if kind is bool:
        return (True, False)
    return get_args(kind) if get_origin(kind) is Literal else ()


def _is_names(kinds: Sequence[Any]) -> bool:
    """Whether it is names: several, or one or several."""
    others = [kind for kind in kinds if kind is not str]
    return len(others) == 1 and get_origin(others[0]) is tuple and _kinds(get_args(others[0])[0]) == [str]


def _text(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _label(name: str) -> str:
    words = key_words(name) or name
    return words[:1].upper() + words[1:]


def _value(value: Any, info: FieldInfo) -> str:
    if value is not None:
        return _words(value)
    is_plain = not info.is_required() and isinstance(info.default, bool | int | float | str) and info.default != ""
    return f"{NOTHING} ({_words(info.default)})" if is_plain else NOTHING


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _text(value).replace("_", " ") if isinstance(value, str) else _text(value)


def _hint(info: FieldInfo) -> str:
    text = info.description or ""
    return f"{text[:1].upper()}{text[1:]}." if text else ""
