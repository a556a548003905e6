"""What servers of models offer: asked for their lists, and downloads offered, once in a session."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sociarium.api.preparation import pull_models
from sociarium.bootstrap import ListedModels, ServingOptions, installed_models, is_among, listed_models
from sociarium.cli.display.output import console
from sociarium.cli.display.pull_progress import PullDisplay
from sociarium.cli.hub.editor import Editor
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import nonempty
from sociarium.config import Config
from sociarium.editing.document import definition_of
from sociarium.errors import Misconfigured, ModelError, SetupError
from sociarium.experiment.address import public_address, written_secret
from sociarium.experiment.models import OUT_OF_FILES, ModelSpec
from sociarium.experiment.problems import Loc

_OTHER = "\0other"
_OLLAMA = "ollama"


def ask_served_model(editor: Editor, loc: Loc) -> bool:
    """Which model of its server an entry names; returns whether there was an answer."""
    match editor.value((*loc, "provider")):
        case "ollama":
            return _ask_of_ollama(editor, loc)
        case "openai":
            return _ask_of_openai(editor, loc)
        case "anthropic":
            return _ask_of_anthropic(editor, loc)
    return _ask_name(editor, loc, (), hint="As its provider spells it.", other="")


def is_to_download(editor: Editor, loc: Loc) -> bool:
    """Whether Ollama was asked what it has, and lacks the model that was chosen."""
    spec = editor.value(loc) or {}
    held, model = editor.remembered.get(_OLLAMA), spec.get("model")
    if spec.get("provider") != "ollama" or not model or not isinstance(held, list):
        return False
    return not is_among(model, held)


def offer_download(editor: Editor, loc: Loc) -> bool:
    """Download a model that Ollama lacks, where that is wanted; returns whether it was decided."""
    spec = editor.value(loc)
    model = spec["model"]
    is_wanted = editor.prompts.confirm(
        f"Ollama does not have {model} yet. Download it now?",
        hint="Large models take many minutes. If you say no, it is downloaded when conversations start.",
    )
    if isinstance(is_wanted, Back):
        return False
    if is_wanted:
        editor.remembered.pop(_OLLAMA, None)
        if problem := _download(spec, editor.context.config):
            editor.warn(problem)
            return False
    return True


def _ask_of_ollama(editor: Editor, loc: Loc) -> bool:
    installed = _remembered_names(editor)
    if isinstance(installed, str):
        editor.warn(installed)
        installed = []
    hint = "As Ollama's library spells it, such as llama3.1:8b or gemma3:4b."
    return _ask_name(editor, loc, installed, hint=hint, other="Another one, which Ollama downloads")


def _remembered_names(editor: Editor) -> list[str] | str:
    if _OLLAMA not in editor.remembered:
        editor.context.show("Looking what Ollama has ...", "dim")
        editor.remembered[_OLLAMA] = _installed_names(editor.context.config)
    result: list[str] | str = editor.remembered[_OLLAMA]
    return result


def _installed_names(config: Config) -> list[str] | str:
    try:
        hosts = asyncio.run(installed_models(config))
    except Misconfigured as error:
        return str(error)
    if all(host.problem for host in hosts):
        return hosts[0].problem
    return sorted({name for host in hosts for name in host.models})


def _ask_of_openai(editor: Editor, loc: Loc) -> bool:
    """The address, the key and the model, with Esc from each to the one before."""
    config = editor.context.config
    while True:
        if not _ask_address(editor, loc, config):
            return False
        while editor.value((*loc, "base_url")) is None or _ask_key(editor, loc, config):
            offer = _listed_models(editor, loc)
            if isinstance(offer, str):
                editor.warn(offer)
                break
            if offer.hint:
                editor.context.show(offer.hint)
            hint = "The name under which the server knows it."
            if _ask_name(editor, loc, offer.names, hint=hint, other="Another one, which is not listed"):
                return True
            if editor.value((*loc, "base_url")) is None:
                break


def _ask_of_anthropic(editor: Editor, loc: Loc) -> bool:
    offer = _listed_models(editor, loc)
    if isinstance(offer, str):
        editor.context.show(offer)
        offer = ListedModels(())
    elif offer.hint:
        editor.context.show(offer.hint)
    hint = "As Anthropic spells it, such as claude-sonnet-4-5."
    return _ask_name(editor, loc, offer.names, hint=hint, other="Another one, which is not listed")


def _ask_address(editor: Editor, loc: Loc, config: Config) -> bool:
    usual = public_address(config.openai_url) if config.openai_url else ""
    address = editor.prompts.text(
        "Address of the server:",
        hint=f"Empty: {usual or 'OpenAI itself'}. Others are written like http://127.0.0.1:8000/v1.",
        default=editor.value((*loc, "base_url")) or "",
        check=_address_fault,
    )
    if not editor.ask(address, (*loc, "base_url")):
        return False
    if not address:
        editor.set((*loc, "api_key_env"), None)
    return True


def _ask_key(editor: Editor, loc: Loc, config: Config) -> bool:
    answer = editor.prompts.text(
        "Name of the variable that holds its key:",
        hint="Put the key itself into .env, for example as LAB_KEY=..., and write LAB_KEY here. "
        "Empty: it wants no key.",
        default=editor.value((*loc, "api_key_env")) or "",
        check=lambda line: _key_fault(line, config),
    )
    return editor.ask(answer, (*loc, "api_key_env"))


def _listed_models(editor: Editor, loc: Loc) -> ListedModels | str:
    spec = {**(editor.value(loc) or {}), "model": "?"}
    key = f"{spec.get('provider')} {spec.get('base_url')} {spec.get('api_key_env')}"
    if key not in editor.remembered:
        editor.context.show("Looking what the server has ...", "dim")
        try:
            editor.remembered[key] = asyncio.run(listed_models(editor.context.config, ModelSpec.model_validate(spec)))
        except (SetupError, ModelError) as error:
            return str(error)
    result: ListedModels = editor.remembered[key]
    return result


def _ask_name(editor: Editor, loc: Loc, offered: Sequence[str], *, hint: str, other: str) -> bool:
    before = editor.value((*loc, "model"))
    if offered:
        entries = [*(TypedAnswer(name, name) for name in offered), TypedAnswer(other, _OTHER)]
        chosen = editor.prompts.choose("Which model?", entries, default=before if before in offered else offered[0])
        if isinstance(chosen, Back):
            return False
        if chosen != _OTHER:
            editor.set((*loc, "model"), chosen)
            return True
    name = editor.prompts.text("Name of the model:", hint=hint, default=before or "", check=nonempty)
    return editor.ask(name, (*loc, "model"))


def _download(spec: Mapping[str, Any], config: Config) -> str:
    """Why a model could not be fetched; empty when it was."""
    alone = {"models": {"new": spec}, "roles": {"one": {}}}
    document = {"title": "new", **alone, "sections": [{"title": "Starting prompt", "private": {"one": ""}}]}
    try:
        with PullDisplay(console()) as progress:
            asyncio.run(pull_models(definition_of(document), ["new"], ServingOptions(config, pulling=progress)))
    except SetupError as error:
        return str(error)
    return ""


def _address_fault(text: str) -> str:
    if secret_kind := written_secret(text.strip()):
        return f"This holds {secret_kind}; {OUT_OF_FILES}."
    if not text.strip() or re.fullmatch(r"https?://[^\s/@]+(/\S*)?", text.strip(), re.IGNORECASE):
        return ""
    return "Write an address such as http://127.0.0.1:8000/v1."


def _key_fault(text: str, config: Config) -> str:
    if not text.strip():
        return ""
    if not (text.isidentifier() and text.isascii() and len(text) <= 64):
        return "Write the name of the variable only, never the key itself."
    return "" if config.secret(text) else f"{text} is not set; put it into .env first, or leave this empty."
