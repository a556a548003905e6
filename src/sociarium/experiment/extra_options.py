"""Further options of a server (`extra`), held against what goes out anyway, and options that a server may not know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from urllib.parse import urlsplit

from pydantic import JsonValue

from sociarium.experiment.models import ModelSpec
from sociarium.experiment.problems import PathProblem

RESERVED: Mapping[str, frozenset[str]] = {
    "openai": frozenset({"model", "messages", "stream", "n", "stop", "response_format"}),
    "anthropic": frozenset({"model", "messages", "system", "stream", "stop_sequences", "tools", "tool_choice"}),
    "ollama": frozenset(
        {"model", "messages", "stream", "stop", "options", "format", "think", "truncate", "shift", "keep_alive"}
    ),
}
"""What the program itself sends, by provider."""

_SENT_AS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "openai": {
        "max_tokens": ("max_tokens", "max_completion_tokens"),
        "repeat_penalty": ("repeat_penalty", "repetition_penalty"),
        "thinking": ("thinking",),
    },
    "anthropic": {"thinking": ("thinking", "output_config")},
    "ollama": {"context": ("num_ctx",), "max_tokens": ("num_predict",), "thinking": ("thinking",)},
}
"""Under which names options go out, where they have others than in a file."""

LACKING: Mapping[str, tuple[str, ...]] = {
    "anthropic": ("seed", "min_p", "frequency_penalty", "presence_penalty", "repeat_penalty")
}
"""Options that a provider has no place for; a model that sets one is not asked without it."""

_ONLY_OLLAMA = {"keep_alive": "only the protocol of Ollama has it, which this provider is not"}
_UNREAD: Mapping[str, Mapping[str, str]] = {
    "openai": _ONLY_OLLAMA,
    "anthropic": _ONLY_OLLAMA,
    "ollama": {"api_key_env": "the key for servers of Ollama is OLLAMA_API_KEY, of the environment or .env"},
}
"""Keys of an entry that a provider does not read, and who does."""

_BEYOND = ("top_k", "min_p", "repeat_penalty")
"""Options that are no part of the chat completions protocol."""

_READ_THERE = ("openrouter.ai", "together.xyz", "together.ai")
"""Hosts that are known to read them."""
_REFUSED_THERE = ("api.openai.com",)
_OFFICIAL = "https://api.openai.com/v1"
"""The server of an entry without an address; what `OPENAI_BASE_URL` puts in its place is seen by `models check`."""


_SECRET_WORDS = frozenset({"authorization", "password", "passwd", "secret", "credential", "credentials", "apikey"})
_SECRET_PAIRS = frozenset({("api", "key"), ("access", "key"), ("secret", "key"), ("private", "key")})
_OF_VOCABULARIES = frozenset(
    {
        "bos",
        "eos",
        "pad",
        "unk",
        "sep",
        "cls",
        "mask",
        "stop",
        "start",
        "end",
        "special",
        "image",
        "think",
        "max",
        "min",
    }
)
"""What stands before `token` where it is one of a text, not one that opens a door."""


def extra_problems(models: Mapping[str, ModelSpec]) -> Iterator[PathProblem]:
    """Keys of `extra` that the program sends itself, that the entry sets already, or that hold a secret."""
    for name, spec in models.items():
        for path in _secret_paths(spec.extra or {}):
            # The value is in the file, which is stored and shared; it is not repeated.
            yield PathProblem(
                ("models", name, "extra", *path),
                f"`{path[-1]}` looks like a secret, and what stands in a file is stored and shared",
                "take it out; put it into .env, and name the variable with `api_key_env`, and its header, where it is "
                "not `Authorization`, with `api_key_header`",
            )
        reserved, sent_as = RESERVED.get(spec.provider, frozenset()), _SENT_AS.get(spec.provider, {})
        if spec.provider not in RESERVED:
            continue
        options = {sent: option for option in spec.options for sent in sent_as.get(option, (option,))}
        for key in spec.extra or {}:
            loc = ("models", name, "extra", key)
            if key in reserved:
                yield PathProblem(loc, f"`{key}` cannot be set here: the program itself sends it", "take it out")
            elif key in options:
                yield PathProblem(
                    loc, f"`{key}` and `{options[key]}` of this model are the same option", "write one of them"
                )


def _secret_paths(value: JsonValue) -> Iterator[tuple[str | int, ...]]:
    """Where in a value of `extra` something stands under the name of a secret."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(inner, str) and inner and _names_a_secret(key):
                yield (key,)
            else:
                yield from ((key, *path) for path in _secret_paths(inner))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from ((position, *path) for path in _secret_paths(inner))


def _names_a_secret(name: str) -> bool:
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]
    if not _SECRET_WORDS.isdisjoint(words) or not _SECRET_PAIRS.isdisjoint(pairwise(words)):
        return True
    return words[-1:] == ["token"] and _OF_VOCABULARIES.isdisjoint(words)


def unread_keys(spec: ModelSpec) -> list[str]:
    """What is to be said of each key of an entry that its provider does not read."""
    return [
        f"`{key}` has no effect here: {who}; take it out"
        for key, who in _UNREAD.get(spec.provider, {}).items()
        if getattr(spec, key) is not None
    ]


def unread_key_warnings(models: Mapping[str, ModelSpec], names: Iterable[str]) -> Iterator[str]:
    """A warning of each key of the models in use that goes nowhere."""
    yield from (f"the model {name}: {words}" for name in names for words in unread_keys(models[name]))


def unsure_options(models: Mapping[str, ModelSpec], names: Iterable[str], varied: Collection[str]) -> Iterator[str]:
    """A warning of each model whose server may ignore an option that is no part of its protocol.

    Args:
        names: names of the models in use.
        varied: slots that factors set.
    """
    for name in names:
        spec = models[name]
        beyond = [
            f"`{option}`"
            for option in _BEYOND
            if option in spec.options or not {f"option.{option}", f"option.{name}.{option}"}.isdisjoint(varied)
        ]
        host = urlsplit(spec.base_url or _OFFICIAL).hostname or ""
        if spec.provider != "openai" or not beyond or _is_one(host, (*_READ_THERE, *_REFUSED_THERE)):
            continue
        yield (
            f"the model {name} sets {', '.join(beyond)}, which the protocol of its server does not have: some servers "
            "ignore what they do not know; `models check` tells what is known of this one, and `extra: {...}` sends "
            "an option under the name that you write"
        )


def lacking_options(models: Mapping[str, ModelSpec], names: Iterable[str], varied: Collection[str]) -> Iterator[str]:
    """A warning of each model that sets an option which its provider has no place for; it will not be asked.

    Args:
        names: names of the models in use.
        varied: slots that factors set.
    """
    for name in names:
        spec = models[name]
        lacking = [
            f"`{option}`"
            for option in LACKING.get(spec.provider, ())
            if option in spec.options or not {f"option.{option}", f"option.{name}.{option}"}.isdisjoint(varied)
        ]
        if lacking:
            yield (
                f"the model {name} sets {', '.join(lacking)}, which the API of {spec.provider} does not have: it is "
                "not left out in silence, and no call of this model begins until you take it out"
            )


def _is_one(host: str, domains: Iterable[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
