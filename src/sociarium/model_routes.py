"""Models as the configuration serves them: which adapter an entry gets, at which servers, with which keys.

Part of the composition root (`bootstrap`). Adapters are imported when they are chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sociarium.config import ANTHROPIC_KEY, OPENAI_KEY, Config
from sociarium.errors import MissingExtra, SetupError
from sociarium.experiment.address import Address, filled_address, public_address
from sociarium.ports.observer import Pulling
from sociarium.ports.person import HumanPlayer

if TYPE_CHECKING:
    from sociarium.experiment.models import ModelSpec
    from sociarium.ports.model import Model
    from sociarium.providers.anthropic import Anthropic
    from sociarium.providers.network import Network
    from sociarium.providers.ollama import Host
    from sociarium.providers.openai import OpenAI
    from sociarium.runner.models.router import RouteSpec


@dataclass(frozen=True, slots=True)
class ServingOptions:
    """How models are served in this session.

    Attributes:
        pull: whether Ollama fetches models that it lacks.
        pulling: told how far each download is.
        pace: seconds that the offline model takes for an answer.
        person: speaks for models of the provider `person`.
    """

    config: Config
    pull: bool = True
    pulling: Callable[[Pulling], None] = lambda _news: None
    pace: float = 0.0
    person: HumanPlayer | None = None


@dataclass(frozen=True, slots=True)
class _Served:
    """A model at one of its servers.

    Attributes:
        address: of the server, as it may be shown.
        key: name of the variable that holds the key; empty without one.
        hardware: the kind that the entry says is behind it.
    """

    model: Model
    address: str
    key: str = ""
    hardware: str = ""


@dataclass(slots=True)
class RouteBuilder:
    """Makes the adapters of a session; Ollama's hosts are shared by its models."""

    serving: ServingOptions
    ollama_hosts: dict[Address, Host] = field(default_factory=dict)

    def routes(self, specs: Mapping[str, ModelSpec]) -> dict[str, list[RouteSpec]]:
        """The servers of each model. An endpoint is a server and a key: what one key is asked at most bounds no other.

        Raises:
            SetupError: an entry cannot be served, or its key is missing.
            Misconfigured: an address or key cannot be used.
        """
        from sociarium.runner.models.endpoint_limits import limits_of
        from sociarium.runner.models.router import RouteSpec

        served = {name: self._models(name, spec) for name, spec in specs.items()}
        keys: dict[str, set[str]] = {}
        for one in (one for some in served.values() for one in some):
            keys.setdefault(one.address, set()).add(one.key)
        routes: dict[str, list[RouteSpec]] = {}
        for name, some in served.items():
            limits = limits_of(specs[name].limits)
            routes[name] = [
                RouteSpec(
                    one.model,
                    one.address,
                    limits,
                    key=one.key if len(keys[one.address]) > 1 else "",
                    hardware=one.hardware or specs[name].hardware_at(),
                )
                for one in some
            ]
        return routes

    def listing(self, name: str, spec: ModelSpec) -> OpenAI | Anthropic:
        """An adapter that lists the models of an entry's server.

        Raises:
            SetupError, Misconfigured: as `routes`.
        """
        return (self._anthropic if spec.provider == "anthropic" else self._openai)(name, spec)[0][0]

    def _models(self, name: str, spec: ModelSpec) -> list[_Served]:
        match spec.provider:
            case "offline":
                from sociarium.providers.offline import Offline

                return [_Served(Offline(pace=self.serving.pace), "offline")]
            case "person":
                from sociarium.providers.person import PersonModel

                return [_Served(PersonModel(self.serving.person), "person")]
            case "openai":
                return [_Served(model, model.base_url, key) for model, key in self._openai(name, spec)]
            case "anthropic":
                return [_Served(model, model.base_url, key) for model, key in self._anthropic(name, spec)]
            case "ollama":
                return self._ollama(spec)

    def _openai(self, name: str, spec: ModelSpec) -> list[tuple[OpenAI, str]]:
        from sociarium.providers.openai import OFFICIAL, OpenAI

        config = self.serving.config
        url = self._fill_address(spec.base_url) if spec.base_url else config.openai_url or OFFICIAL
        return [
            (
                OpenAI(url, key=key, key_name=variable, key_header=spec.api_key_header, **self._settings(spec)),
                variable if key else "",
            )
            for variable, key in self._keys(name, spec, usual=OPENAI_KEY)
        ]

    def _anthropic(self, name: str, spec: ModelSpec) -> list[tuple[Anthropic, str]]:
        try:
            from sociarium.providers.anthropic import OFFICIAL, Anthropic
        except ModuleNotFoundError as error:
            if error.name != "anthropic":
                raise
            raise MissingExtra(
                f"the model {name!r} is asked with the package anthropic, which is not here; pip install "
                "'sociarium[anthropic]'"
            ) from error
        config = self.serving.config
        url = self._fill_address(spec.base_url) if spec.base_url else config.anthropic_url or OFFICIAL
        return [
            (Anthropic(url, key=key, key_name=variable, **self._settings(spec)), variable if key else "")
            for variable, key in self._keys(name, spec, usual=ANTHROPIC_KEY)
        ]

    def _keys(self, name: str, spec: ModelSpec, *, usual: str) -> list[tuple[str, str | None]]:
        """The variables that hold an entry's keys, with their values; a key goes to no server that it is not for."""
        if not spec.key_names:
            return [(usual, None if spec.base_url else self.serving.config.secret(usual))]
        keys = [(variable, self.serving.config.secret(variable)) for variable in spec.key_names]
        if unset := [variable for variable, key in keys if key is None]:
            raise SetupError(f"the model {name!r} takes its key from {unset[0]}, which is not set; put it into .env")
        same = next((one for one, key in enumerate(keys) if key[1] in [other[1] for other in keys[:one]]), None)
        if same is not None:
            raise SetupError(
                f"the model {name!r} shares its load over several keys, and {keys[same][0]} holds the same one as "
                "another; leave one of the two out"
            )
        return keys

    def _settings(self, spec: ModelSpec) -> dict[str, Any]:
        settings: dict[str, Any] = {"network": network_of(self.serving.config)}
        return settings if spec.timeout is None else settings | {"timeout": spec.timeout}

    def _ollama(self, spec: ModelSpec) -> list[_Served]:
        from sociarium.providers.ollama import Ollama, full_addresses

        settings: dict[str, Any] = {}
        if spec.timeout is not None:
            settings["timeout"] = spec.timeout
        if spec.keep_alive is not None:
            settings["keep_alive"] = spec.keep_alive
        written = [(self._fill_address(host), spec.hardware_at(host)) for host in spec.ollama_addresses]
        named: list[tuple[str | Address, str]] = [*written] or [(self.serving.config.ollama_hosts, "")]
        kinds: dict[Address, str] = {}
        for each, kind in named:
            for place in full_addresses(each):
                kinds.setdefault(place, kind)
        return [_Served(Ollama(self.host(place), **settings), place.public, hardware=kinds[place]) for place in kinds]

    def _fill_address(self, url: str) -> Address:
        """An address of the file, with what it takes from the environment."""
        try:
            return filled_address(url, self.serving.config.secret)
        except KeyError as error:
            raise SetupError(
                f"the address {public_address(url)} takes a part from {error.args[0]}, which is not set; put it into "
                ".env"
            ) from None

    def host(self, place: Address) -> Host:
        """The host of Ollama at an address."""
        from sociarium.providers.ollama import Host

        if place not in self.ollama_hosts:
            config = self.serving.config
            self.ollama_hosts[place] = Host(
                place,
                key=config.secret("OLLAMA_API_KEY"),
                pull=self.serving.pull,
                progress=lambda news: self.serving.pulling(
                    Pulling(news.model, news.address, news.status, news.completed, news.total, news.done)
                ),
                network=network_of(config),
            )
        return self.ollama_hosts[place]


def network_of(config: Config) -> Network:
    """Proxies and certificates of a configuration."""
    from sociarium.providers.network import Network

    return Network(config.http_proxy, config.https_proxy, config.no_proxy, config.certificates)
