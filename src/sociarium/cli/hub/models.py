"""The part Models: which language models, or people, speak, each with options of its own."""

from __future__ import annotations

from functools import partial
from typing import Any

from sociarium.cli.hub.answers import ask_number, ask_whole
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.model_servers import ask_served_model, is_to_download, offer_download
from sociarium.cli.hub.page import PageRow
from sociarium.cli.hub.settings import setting_rows
from sociarium.cli.hub.steps import HubStep, StepCourse, run_steps
from sociarium.cli.hub.things import Kind, open_things
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import unused_name
from sociarium.editing.change import names_of
from sociarium.editing.document import is_a_feed
from sociarium.editing.models import remove_model, rename_model
from sociarium.experiment.models import ModelSpec
from sociarium.experiment.problems import Loc

_NEW = "new model"
_CONTEXT = 8192
_PROVIDERS = [
    TypedAnswer("Ollama", "ollama", note="a model on this computer, or on a server of yours"),
    TypedAnswer("OpenAI", "openai", note="or a server that speaks its protocol: vLLM, LM Studio, OpenRouter"),
    TypedAnswer("Anthropic", "anthropic", note="Claude, with a key of yours"),
    TypedAnswer("A person", "person", note="at this terminal, who reads the prompts and types the replies"),
    TypedAnswer("No model", "offline", note="stand-in words, to try everything out without any cost"),
]
_SERVED = ("ollama", "openai", "anthropic")
_ASKED = ("provider", "model", "base_url", "api_key_env", "temperature", "max_tokens", "context")
_RARE = tuple(name for name in ModelSpec.model_fields if name not in _ASKED)


def ask_first_model(editor: Editor) -> bool:
    """The model of a new experiment, or what is left to ask of it."""
    names = list(names_of(editor.document, "models"))
    return _add(editor, names[0] if names else None)


def open_models(editor: Editor) -> None:
    """The page of models."""
    kind = Kind("models", "model", _value, _rows, _add, rename_model, remove_model)
    open_things(
        editor,
        "Models:",
        kind,
        hint="With several you can compare them, or let roles be played by different ones. The first is the usual one.",
    )


def _value(spec: dict[str, Any]) -> str:
    warmth = f" at {spec['temperature']}" if spec.get("temperature") is not None else ""
    return f"{spec.get('model') or _provider(spec)}{warmth}"


def _provider(spec: dict[str, Any]) -> str:
    return {"offline": "stand-in words", "person": "a person at this terminal"}.get(
        spec.get("provider", ""), str(spec.get("provider", "?"))
    )


def _rows(editor: Editor, loc: Loc) -> list[PageRow]:
    spec = editor.value(loc) or {}
    rows = [PageRow("Who speaks", partial(_ask_provider, editor, loc), _provider(spec))]
    if spec.get("provider") not in {"offline", "person"}:
        rows += [
            PageRow("Model", partial(ask_served_model, editor, loc), str(spec.get("model") or "?")),
            PageRow("Temperature", partial(_ask_temperature, editor, loc), _set(spec, "temperature")),
            PageRow("Longest reply, in tokens", partial(_ask_max_tokens, editor, loc), _set(spec, "max_tokens")),
            PageRow("Context, in tokens", partial(_ask_context, editor, loc), _set(spec, "context")),
            *setting_rows(editor, loc, ModelSpec, ("base_url", "api_key_env", *_RARE)),
        ]
    return rows


def _set(spec: dict[str, Any], option: str) -> str:
    return str(spec.get(option, "as the server has it"))


def _ask_provider(editor: Editor, loc: Loc) -> bool:
    providers = [entry for entry in _PROVIDERS if not is_a_feed(editor.document) or entry.value != "person"]
    before = editor.value((*loc, "provider"))
    provider = editor.prompts.choose(
        "Who speaks for the agents?", providers, hint="Where the model runs.", default=before
    )
    if isinstance(provider, Back):
        return False
    if provider != before:
        # What the one server was asked with means nothing to another.
        editor.set(loc, {"provider": provider})
        if before is not None and not str(loc[-1]).startswith(_NEW):
            editor.context.show(f"In your tables it is still called {loc[-1]}; Rename changes that.", "dim")
    return True


def _ask_temperature(editor: Editor, loc: Loc) -> bool:
    return ask_number(
        editor,
        (*loc, "temperature"),
        "Temperature:",
        least=0,
        most=2,
        usual="0.8",
        hint="0: nearly the same words each time; 0.7 to 1: livelier. From 0 to 2. Empty: as the server has it.",
    )


def _ask_max_tokens(editor: Editor, loc: Loc) -> bool:
    answer = editor.prompts.text(
        "Longest reply, in tokens:",
        hint="A token is about three quarters of a word. Empty: no bound.",
        default=str(editor.value((*loc, "max_tokens")) or ""),
        check=lambda line: (
            ""
            if not line.strip() or (line.strip().isdecimal() and int(line) > 0)
            else "Write a whole number, 1 or more."
        ),
    )
    if isinstance(answer, Back):
        return False
    editor.set((*loc, "max_tokens"), int(answer) if answer else None)
    return True


def _ask_context(editor: Editor, loc: Loc) -> bool:
    if editor.value((*loc, "context")) is None:
        editor.set((*loc, "context"), _CONTEXT)
    return ask_whole(
        editor,
        (*loc, "context"),
        "Context, in tokens:",
        hint="How much of the conversation the model can take in at once; more needs more memory. 8192 is enough for "
        "some 60 short messages.",
        least=1,
        usual=_CONTEXT,
    )


def _add(editor: Editor, begun: str | None = None) -> bool:
    """A new model, or the rest of the questions about one that was begun."""
    left = (name for name in names_of(editor.document, "models") if name.startswith(_NEW))
    name = begun or next(left, _free_name(editor, _NEW))
    loc: Loc = ("models", name)

    def serves(*providers: str) -> bool:
        return editor.value((*loc, "provider")) in providers

    steps = [
        HubStep("provider", lambda _: _ask_provider(editor, loc), decides=True),
        HubStep("model", lambda _: ask_served_model(editor, loc), lambda _: serves(*_SERVED), decides=True),
        HubStep("temperature", lambda _: _ask_temperature(editor, loc), lambda _: serves(*_SERVED)),
        HubStep("max_tokens", lambda _: _ask_max_tokens(editor, loc), lambda _: serves(*_SERVED)),
        HubStep("context", lambda _: _ask_context(editor, loc), lambda _: serves("ollama")),
        HubStep("download", lambda _: offer_download(editor, loc), lambda _: is_to_download(editor, loc)),
        HubStep("name", lambda _: _ask_name(editor, name)),
    ]
    is_complete = run_steps(editor, steps, StepCourse(f"{editor.step} › new model"))
    if not is_complete and name in names_of(editor.document, "models"):
        editor.set(loc, None)
    return is_complete


def _ask_name(editor: Editor, begun: str) -> bool:
    spec = editor.value(("models", begun)) or {}
    others = [name for name in names_of(editor.document, "models") if name != begun]
    served = str(spec.get("model") or spec.get("provider"))
    short = served.rpartition("/")[2].partition(":")[0] or served
    name = editor.prompts.text(
        "Its name in your tables:",
        hint="A short word; with the same model twice, say what differs, such as: cold, warm.",
        default=begun if not begun.startswith(_NEW) else _free_name(editor, short),
        check=unused_name(others),
    )
    return not isinstance(name, Back) and editor.apply(lambda document: rename_model(document, begun, name))


def _free_name(editor: Editor, name: str) -> str:
    names = names_of(editor.document, "models")
    return next(one for one in (name, *(f"{name} {number}" for number in range(2, len(names) + 3))) if one not in names)
