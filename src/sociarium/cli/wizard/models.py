"""Which language models speak: from the lists of the servers that are there, each entry with options of its own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.api.preparation import pull_models
from sociarium.bootstrap import ListedModels, ServingOptions, installed_models, listed_models
from sociarium.cli.display.output import console
from sociarium.cli.display.pull_progress import PullDisplay
from sociarium.cli.questions.answers import Entry
from sociarium.cli.questions.checks import Check, decimal, nonempty, unused_name, whole
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.cli.wizard.lists import number
from sociarium.config import Config
from sociarium.editing.document import Document, definition_of, is_a_feed
from sociarium.errors import Misconfigured, ModelError, SetupError
from sociarium.experiment.address import public_address, written_secret
from sociarium.experiment.models import OUT_OF_FILES, ModelSpec

_ADD, _DONE, _OTHER = "\0add", "\0done", "\0other"
_CONTEXT = 8192


@dataclass(frozen=True, slots=True)
class _Option:
    """An option of a model.

    Attributes:
        usual: what is proposed; empty leaves it to the model's server.
    """

    name: str
    question: str
    hint: str
    usual: str
    check: Check
    providers: tuple[str, ...] = ("ollama", "openai")


def _or_empty(check: Check) -> Check:
    return lambda text: check(text) if text.strip() else ""


_OPTIONS = (
    _Option(
        "temperature",
        "Temperature:",
        "0: nearly the same words each time; 0.7 to 1: livelier. From 0 to 2.",
        "0.8",
        decimal(0, 2),
    ),
    _Option(
        "top_p",
        "Top p:",
        "Only the likeliest words, up to this share, are drawn from. Above 0, to 1. Empty: as the server has it.",
        "",
        decimal(0.0001, 1),
    ),
    _Option(
        "top_k",
        "Top k:",
        "Only so many of the likeliest words are drawn from. Empty: as the server has it.",
        "",
        _or_empty(whole(1)),
        ("ollama",),
    ),
    _Option(
        "max_tokens",
        "Longest reply, in tokens:",
        "A token is about three quarters of a word. Empty: no bound.",
        "",
        _or_empty(whole(1)),
    ),
    _Option(
        "context",
        "Context, in tokens:",
        "How much of the conversation the model can take in at once; more needs more memory. 8192 is enough for some "
        "60 short messages.",
        str(_CONTEXT),
        whole(1),
        ("ollama",),
    ),
)

_PROVIDERS = [
    Entry("Ollama: a model on this computer, or on a server of yours", "ollama"),
    Entry("OpenAI, or any server that speaks its protocol (vLLM, LM Studio, OpenRouter ...)", "openai"),
    Entry("A person at this terminal, who reads the prompts and types the replies", "person"),
    Entry("No model: stand-in words, to try everything out without any cost", "offline"),
]
_FOR_FEEDS = [entry for entry in _PROVIDERS if entry.value != "person"]


def models(asking: QuestionFlow, tree: Document, config: Config) -> Document:
    """The models, by the names under which tables show them."""
    specs: dict[str, Any] = dict(tree.get("models", {}))
    turn = 0
    while True:
        turn += 1
        here = asking.below(f"models/{turn}")
        action = _ADD
        if specs:
            action = here.choose(
                "what",
                f"Models so far: {', '.join(specs)}. And now?",
                [
                    Entry("That is all", _DONE),
                    Entry("One more (also the same model with other options)", _ADD),
                    *(Entry(f"Take {name} out", name) for name in specs if len(specs) > 1),
                ],
                hint="With several models you can compare them later, or let roles be played by different ones.",
                default=_DONE,
            )
        if action == _DONE:
            return {**tree, "models": specs}
        if action == _ADD:
            name, spec = _entry(here, specs, config, _FOR_FEEDS if is_a_feed(tree) else _PROVIDERS)
            specs = {**specs, name: spec}
        else:
            specs = {name: spec for name, spec in specs.items() if name != action}


def _entry(
    asking: QuestionFlow, others: Mapping[str, Any], config: Config, providers: Sequence[Entry]
) -> tuple[str, dict[str, Any]]:
    provider = asking.choose("provider", "Who speaks for the agents?", providers, hint="Where the model runs.")
    spec: dict[str, Any] = {"provider": provider}
    if provider == "ollama":
        spec["model"] = _of_ollama(asking, config)
    elif provider == "openai":
        spec |= _of_openai(asking, config)
    if provider in {"ollama", "openai"}:
        spec |= _options(asking, provider)
    if provider == "ollama":
        _offer_download(asking, spec, config)
    name = asking.text(
        "name",
        "Its name in your tables:",
        hint="A short word; with the same model twice, say what differs, such as: cold, warm.",
        default=_free_name(spec.get("model") or provider, others),
        check=unused_name(others),
    )
    return name, spec


def _of_ollama(asking: QuestionFlow, config: Config) -> str:
    asking.say("Looking what Ollama has ...")
    installed = asking.remember("ollama", lambda: _installed_names(config))
    if isinstance(installed, str):
        asking.say(installed)
        installed = []
    return _one_of(
        asking,
        installed,
        hint="As Ollama's library spells it, such as llama3.1:8b or gemma3:4b.",
        other="Another one, which Ollama downloads",
    )


def _installed_names(config: Config) -> list[str] | str:
    try:
        hosts = asyncio.run(installed_models(config))
    except Misconfigured as error:
        return str(error)
    if all(host.problem for host in hosts):
        return hosts[0].problem
    return sorted({name for host in hosts for name in host.models})


def _of_openai(asking: QuestionFlow, config: Config) -> dict[str, Any]:
    usual = public_address(config.openai_url) if config.openai_url else ""
    spec: dict[str, Any] = {"provider": "openai", "model": "?"}
    address = asking.text(
        "address",
        "Address of the server:",
        hint=f"Empty: {usual or 'OpenAI itself'}. Others are written like http://127.0.0.1:8000/v1.",
        check=_address_fault,
    )
    if address:
        spec["base_url"] = address
        variable = asking.text(
            "key",
            "Name of the variable that holds its key:",
            hint="Put the key itself into .env, for example as LAB_KEY=..., and write LAB_KEY here. "
            "Empty: it wants no key.",
            check=lambda text: _key_fault(text, config),
        )
        if variable:
            spec["api_key_env"] = variable
    asking.say("Looking what the server has ...")
    listed = asking.remember(f"openai {spec}", lambda: _listed_names(config, spec))
    if isinstance(listed, str):
        asking.forget(f"openai {spec}")
        asking.ask_again("address", listed)
    if listed.hint:
        asking.say(listed.hint)
    spec["model"] = _one_of(
        asking, listed.names, hint="The name under which the server knows it.", other="Another one, which is not listed"
    )
    return spec


def _listed_names(config: Config, spec: Mapping[str, Any]) -> ListedModels | str:
    try:
        return asyncio.run(listed_models(config, ModelSpec.model_validate(dict(spec))))
    except (SetupError, ModelError) as error:
        return str(error)


def _one_of(asking: QuestionFlow, names: Sequence[str], *, hint: str, other: str) -> str:
    if names:
        chosen = asking.choose(
            "model", "Which model?", [*(Entry(name, name) for name in names), Entry(other, _OTHER)], default=names[0]
        )
        if chosen != _OTHER:
            return str(chosen)
    return asking.text("model name", "Name of the model:", hint=hint, check=nonempty)


def _options(asking: QuestionFlow, provider: str) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for option in _OPTIONS:
        if provider in option.providers:
            line = asking.text(option.name, option.question, hint=option.hint, default=option.usual, check=option.check)
            if line:
                options[option.name] = number(line)
    return options


def _offer_download(asking: QuestionFlow, spec: dict[str, Any], config: Config) -> None:
    held = asking.remember("ollama", lambda: _installed_names(config))
    model = spec["model"]
    if isinstance(held, str) or model in held or f"{model}:latest" in held:
        return
    is_wanted = asking.confirm(
        "download",
        f"Ollama does not have {model} yet. Download it now?",
        hint="Large models take many minutes. If you say no, it is downloaded when conversations start.",
    )
    if is_wanted and (problem := asking.remember(f"download {model}", lambda: _download(spec, config))):
        asking.forget(f"download {model}")
        asking.ask_again("model" if held else "model name", problem)
    if is_wanted:
        asking.forget("ollama")


def _download(spec: Mapping[str, Any], config: Config) -> str:
    """Why a model could not be fetched; empty when it was."""
    alone = {"models": {"new": spec}, "roles": {"one": {}}}
    tree = {"title": "new", **alone, "sections": [{"title": "Starting prompt", "private": {"one": ""}}]}
    try:
        with PullDisplay(console()) as progress:
            asyncio.run(pull_models(definition_of(tree), ["new"], ServingOptions(config, pulling=progress)))
    except SetupError as error:
        return str(error)
    return ""


def _free_name(model: str, others: Mapping[str, Any]) -> str:
    name = re.split(r"[:/]", model)[-2 if ":" in model else -1] or model
    candidates = (name, model, *(f"{name} {place}" for place in range(2, len(others) + 3)))
    return next(one for one in candidates if one not in others)


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
