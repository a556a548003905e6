"""Language models: what a model is (its identity) and where and how it is served (which is not part of it)."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, JsonValue, field_validator, model_validator
from pydantic_core import PydanticCustomError

from sociarium.experiment.address import written_secret
from sociarium.experiment.frozen import Frozen
from sociarium.experiment.opening_hours import read_hours

Provider = Literal["ollama", "openai", "anthropic", "offline", "person"]
Thinking = bool | Literal["low", "medium", "high"]

OPTIONS = (
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "seed",
    "max_tokens",
    "context",
    "frequency_penalty",
    "presence_penalty",
    "repeat_penalty",
    "thinking",
    "extra",
)
"""Fields of a model entry that are sent with every call and belong to what the model is."""

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_OWN_HEADERS = {"host", "connection", "content-length", "content-type", "transfer-encoding", "accept-encoding",
                "user-agent", "expect", "upgrade", "proxy-authorization"}  # fmt: skip


_LONGEST_KIND = 60

OUT_OF_FILES = "put it into .env, and write here ${NAME} for it, or name a key with `api_key_env`"
"""What to do with a secret in an address; files are stored and shared, and `.env` is not."""


class Price(Frozen):
    """US dollars per million tokens."""

    input: Annotated[float, Field(ge=0, description="of prompts")]
    output: Annotated[float, Field(ge=0, description="of replies")]


class Limits(Frozen):
    """What a server is asked at most."""

    open: Annotated[int | None, Field(ge=1, description="calls under way at once")] = None
    per_minute: Annotated[float | None, Field(gt=0, description="calls begun per minute")] = None
    tokens_per_minute: Annotated[
        float | None,
        Field(gt=0, description="tokens per minute, of prompts and replies; estimated before a call, corrected after"),
    ] = None
    loaded: Annotated[
        int | None,
        Field(ge=1, description="models that the server holds at once; calls to others wait until one is not needed"),
    ] = None
    hours: Annotated[
        str | None,
        Field(
            description='when calls may begin, such as "22:00-07:00", in the local time of the machine that plays; '
            "calls wait outside of them, and what is under way is finished"
        ),
    ] = None

    @field_validator("hours")
    @classmethod
    def _are_hours(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                read_hours(value)
            except ValueError as error:
                raise PydanticCustomError("hours", str(error)) from None
        return value


class ModelSpec(Frozen):
    """A model entry of an experiment file."""

    provider: Annotated[
        Provider,
        Field(
            description="whose protocol its server speaks; offline: stand-in words; person: somebody at the terminal"
        ),
    ]
    model: Annotated[str, Field(description="the name under which the server knows it")] = ""

    temperature: Annotated[
        float | None, Field(ge=0, description="sent as written; where left out, the server's own")
    ] = None
    top_p: Annotated[float | None, Field(gt=0, le=1, description="sample from the likeliest words of this share")] = (
        None
    )
    top_k: Annotated[int | None, Field(ge=1, description="sample from so many likeliest words")] = None
    min_p: Annotated[
        float | None, Field(ge=0, le=1, description="leave out words less likely than this part of the likeliest")
    ] = None
    seed: Annotated[
        int | Literal["run"] | None,
        Field(description="as given; or `run`: derived from run, call and attempt"),
    ] = None
    max_tokens: Annotated[int | None, Field(ge=1, description="of one reply")] = None
    context: Annotated[int | None, Field(ge=1, description="tokens that prompt and reply may take together")] = None
    frequency_penalty: Annotated[
        float | None, Field(ge=-2, le=2, description="against words the more often they were said")
    ] = None
    presence_penalty: Annotated[float | None, Field(ge=-2, le=2, description="against words that were said")] = None
    repeat_penalty: Annotated[float | None, Field(gt=0, description="against repetition; 1: none")] = None
    thinking: Annotated[Thinking | None, Field(description="whether the model thinks first, or how much")] = None
    extra: Annotated[
        dict[str, JsonValue] | None,
        Field(description="further options of this server, sent as they are: beside the others, under these names"),
    ] = None

    base_url: Annotated[
        str | None, Field(description="a server that speaks the provider's protocol; `${NAME}` for a secret part")
    ] = None
    hosts: Annotated[tuple[str, ...] | None, Field(min_length=1, description="Ollama servers that share the load")] = (
        None
    )
    hardware: Annotated[
        str | dict[str, str] | None,
        Field(
            description="kind of hardware behind its servers, such as A100, kept with each call; of several `hosts`: "
            "the kind by host, as written there"
        ),
    ] = None
    api_key_env: Annotated[
        str | tuple[str, ...] | None,
        Field(description="the environment variable that holds the key; several share the load, each with its limits"),
    ] = None
    api_key_header: Annotated[
        str | None, Field(description="the header that shows the key as it is, such as api-key")
    ] = None
    keep_alive: Annotated[
        str | int | None, Field(description="how long Ollama keeps the model loaded; its own rule where it is not set")
    ] = None
    timeout: Annotated[float | None, Field(gt=0, description="seconds that one call may take")] = None
    price: Annotated[
        Price | None, Field(description="where the list of prices does not know the model, or knows another")
    ] = None
    limits: Annotated[Limits | None, Field(description="what its server is asked at most")] = None

    @field_validator("api_key_env")
    @classmethod
    def _names(cls, value: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        names = (value,) if isinstance(value, str) else value or ()
        # The value may be the key itself, pasted by mistake: it must not be repeated in a message.
        if not all(name.isidentifier() and name.isascii() and len(name) <= 64 for name in names):
            raise PydanticCustomError(
                "key_name",
                "this is not the name of an environment variable; put the key into .env, and here only its name, "
                "such as OPENAI_API_KEY",
            )
        if value is not None and (not names or len(set(names)) < len(names)):
            raise PydanticCustomError("key_names", "write each variable once, and one at least")
        return value

    @field_validator("api_key_header")
    @classmethod
    def _a_header(cls, value: str | None) -> str | None:
        if value is not None and (not _HEADER.fullmatch(value) or value.lower() in _OWN_HEADERS):
            raise PydanticCustomError("header", "this is not a header for a key; write its name, such as api-key")
        return value

    @field_validator("base_url")
    @classmethod
    def _no_credentials(cls, value: str | None) -> str | None:
        # A key may stand here by mistake, too: without http it is no server's address.
        if value is not None and not value.lower().startswith(("http://", "https://")):
            raise PydanticCustomError("url", "this is not an address; write one such as http://127.0.0.1:8000/v1")
        return None if value is None else _checked_url(value)

    @field_validator("hosts")
    @classmethod
    def _no_credentials_in_hosts(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if value is None else tuple(_checked_url(host) for host in value)

    @field_validator("hardware")
    @classmethod
    def _are_kinds(cls, value: str | dict[str, str] | None) -> str | dict[str, str] | None:
        kinds = value.values() if isinstance(value, dict) else [value] if value is not None else []
        if not all(kind.strip() and kind.isprintable() and len(kind) <= _LONGEST_KIND for kind in kinds):
            raise PydanticCustomError(
                "hardware", "a kind of hardware is a short name on one line, such as A100; write one"
            )
        return value

    @model_validator(mode="after")
    def _names_its_hosts(self) -> Self:
        if isinstance(self.hardware, dict) and (
            others := [one for one in self.hardware if one not in (self.hosts or ())]
        ):
            raise PydanticCustomError(
                "hardware_host",
                "`hardware` names {host}, which is not among `hosts`; write hosts as they stand there, or one kind for "
                "all servers",
                {"host": repr(others[0])},
            )
        return self

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.provider == "ollama" and self.context is None:
            raise PydanticCustomError(
                "context",
                "`context` is missing, and without it Ollama cuts long prompts in silence; add e.g. `context: 8192`",
            )
        if len(self.key_names) > 1 and self.provider not in {"openai", "anthropic"}:
            raise PydanticCustomError(
                "keys_use", "several keys share the load of servers of the providers openai and anthropic; write one"
            )
        if self.api_key_header is not None and self.provider != "openai":
            raise PydanticCustomError(
                "header_use", "`api_key_header` is for servers of the provider openai; take it out"
            )
        if self.api_key_header is not None and self.base_url is not None and self.api_key_env is None:
            raise PydanticCustomError(
                "header_key", "`api_key_header` has no key to show; name the key's variable with `api_key_env`"
            )
        if self.provider not in {"offline", "person"} and not self.model:
            raise PydanticCustomError(
                "model_name", "`model` is missing; write the name under which the server knows it"
            )
        return self

    @property
    def key_names(self) -> tuple[str, ...]:
        """The environment variables that hold its keys; empty for the provider's usual one."""
        return (self.api_key_env,) if isinstance(self.api_key_env, str) else self.api_key_env or ()

    @property
    def ollama_addresses(self) -> tuple[str, ...]:
        """Servers of Ollama that it names, as `hosts` or, one alone, as `base_url`; empty for the usual ones."""
        # The address of its protocol of OpenAI's kind is often written; its own has no version in it.
        return self.hosts or ((self.base_url.removesuffix("/").removesuffix("/v1"),) if self.base_url else ())

    def hardware_at(self, host: str = "") -> str:
        """The kind of hardware that is written of a host, as `hosts` has it, or of all servers; empty where none is."""
        return self.hardware.get(host, "") if isinstance(self.hardware, dict) else self.hardware or ""

    @property
    def options(self) -> dict[str, Any]:
        """The options that are set, by name."""
        return {name: value for name in OPTIONS if (value := getattr(self, name)) is not None}


def _checked_url(value: str) -> str:
    try:
        parts = urlsplit(value if "://" in value else f"//{value}")
        is_address = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_address = False
    if not is_address:
        raise PydanticCustomError("url", "this is not an address; write one such as http://127.0.0.1:8000/v1")
    if "@" in value and written_secret(value):
        raise PydanticCustomError("url", f"this holds {written_secret(value)}; {OUT_OF_FILES}")
    return value
