"""What is known of servers that speak the chat completions protocol: which options beyond it they read, and how
they name them.

A server that is not known here is spoken to as vLLM is, and may ignore what it does not know without a word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

ThinkingSwitch = Literal["chat_template_kwargs", "reasoning_effort", "reasoning"]

BEYOND = ("top_k", "min_p", "repeat_penalty")
"""Options of a model entry that are no part of the protocol."""


@dataclass(frozen=True, slots=True)
class Server:
    """A kind of server.

    Attributes:
        name: for people; empty where the kind is not known.
        written: options beyond the protocol that it reads, and under which name; the others it ignores.
        refuses: whether it refuses what it does not know instead of ignoring it.
        switch: where thinking is switched on or off.
    """

    name: str
    written: Mapping[str, str]
    refuses: bool = False
    switch: ThinkingSwitch = "chat_template_kwargs"

    def name_of(self, option: str) -> str:
        """Under which name an option beyond the protocol goes out."""
        return self.written.get(option, UNKNOWN.written[option])

    def options_without_effect(self, options: Mapping[str, Any]) -> list[str]:
        """Options that this server is known to drop without a word."""
        if not self.name or self.refuses:
            return []
        return [name for name in BEYOND if name in options and name not in self.written]


_SAME = {"top_k": "top_k", "min_p": "min_p"}
_REPETITION = _SAME | {"repeat_penalty": "repetition_penalty"}
_REPEAT = _SAME | {"repeat_penalty": "repeat_penalty"}

UNKNOWN = Server("", _REPETITION)
OFFICIAL = Server("OpenAI", _REPETITION, refuses=True, switch="reasoning_effort")
OLLAMA = Server("Ollama's /v1", {}, switch="reasoning_effort")
_LLAMA_CPP = Server("llama.cpp", _REPEAT)
_VLLM = Server("vLLM", _REPETITION)
_SGLANG = Server("SGLang", _REPETITION)
_LM_STUDIO = Server("LM Studio", _REPEAT)
_OPENROUTER = Server("OpenRouter", _REPETITION, switch="reasoning")
_TOGETHER = Server("Together", _REPETITION)

_BY_HOST = {
    "api.openai.com": OFFICIAL,
    "openrouter.ai": _OPENROUTER,
    "api.together.xyz": _TOGETHER,
    "api.together.ai": _TOGETHER,
}
_BY_OWNER = {
    "library": OLLAMA,
    "llamacpp": _LLAMA_CPP,
    "vllm": _VLLM,
    "sglang": _SGLANG,
    "organization_owner": _LM_STUDIO,
}


def server_at(host: str) -> Server:
    """The kind of server, by its address alone."""
    return next((kind for name, kind in _BY_HOST.items() if host == name or host.endswith(f".{name}")), UNKNOWN)


def server_of(cards: Sequence[Mapping[str, Any]]) -> Server:
    """The kind of server, by whom its list of models names as their owner."""
    kinds = (_BY_OWNER.get(str(card.get("owned_by", "")).casefold()) for card in cards)
    return next((kind for kind in kinds if kind is not None), UNKNOWN)


def hint_of(server: Server, options: Mapping[str, Any], address: str) -> str:
    """What has to be said of an entry's options beyond the protocol, with its mend; empty where nothing has."""
    beyond = [name for name in BEYOND if name in options]
    if ignored_names := server.options_without_effect(options):
        mend = "use `provider: ollama`, which takes them" if server is OLLAMA else "write them under `extra`"
        return f"{server.name} at {address} ignores {_names_text(ignored_names)} without a word; take it out, or {mend}"
    if beyond and server is UNKNOWN:
        return (
            f"{address} does not say what kind of server it is, and may ignore {_names_text(beyond)} without a word; "
            "look up what it is called there and write it under `extra`, which is sent as written"
        )
    return ""


def _names_text(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def needs_server(options: Mapping[str, Any]) -> bool:
    """Whether how a request is written depends on who reads it."""
    return isinstance(options.get("thinking"), bool) or any(name in options for name in BEYOND)
