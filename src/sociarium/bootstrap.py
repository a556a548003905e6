"""The composition root: the only place where concrete stores, providers and runners are chosen.

Adapters, and what plays, are imported when they are chosen, so that nobody waits for a library that is not used: who
only opens a store needs neither pydantic nor asyncio.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sociarium.config import OPENAI_KEY, Config
from sociarium.errors import ModelError, SetupError
from sociarium.experiment.address import Address, filled_address, public_address
from sociarium.ports.legacy import LegacyDatabase
from sociarium.ports.observer import Pulling
from sociarium.ports.person import Person
from sociarium.ports.store import Store
from sociarium.stores.urls import note_url

if TYPE_CHECKING:
    from sociarium.exchange.tables.export import SheetFormat
    from sociarium.experiment.definition import Definition
    from sociarium.experiment.models import ModelSpec
    from sociarium.ports.model import Model
    from sociarium.ports.prices import Prices
    from sociarium.providers.network import Network
    from sociarium.providers.ollama import Host
    from sociarium.providers.openai import OpenAI
    from sociarium.runner.models.router import RouteSpec

_SQLITE = "sqlite:///"
_MONGODB = ("mongodb://", "mongodb+srv://")


def open_store(url: str, *, create: bool = True, migrate: bool = False, read_only: bool = False) -> Store:
    """Open the store at a URL.

    Args:
        create: make an embedded store that is not there yet.
        migrate: bring a store of an older version up to date; without it such a one is refused.
        read_only: leave an embedded store as it is, to the last byte; whoever writes to it then is refused.

    Raises `SetupError` where the URL is of no kind known here, or the store cannot be opened.
    """
    if url.startswith(_SQLITE):
        from sociarium.stores.sqlite import SqliteStore

        path = Path(url.removeprefix(_SQLITE)).expanduser()
        if not path.name:
            raise SetupError(f"the store {public_address(url)!r} names no file; write sqlite:///path/to/file.db")
        if not create and not path.exists():
            raise SetupError(f"there is no store at {path}; `sociarium demo` or `sociarium run` makes one")
        return note_url(SqliteStore(path, migrate=migrate, read_only=read_only), url)
    if url.startswith(_MONGODB):
        from sociarium.stores.mongo import open_mongo

        return note_url(open_mongo(url, create=create, migrate=migrate), url)
    raise SetupError(
        f"{public_address(url)!r} is no store that is known here; write sqlite:///path/to/file.db or "
        "mongodb://host/database"
    )


def databases(url: str) -> list[str] | None:
    """The databases of the MongoDB server at a URL but its own ones; None where the user may not list them.

    Raises `SetupError` or `StoreUnavailable` where the server cannot be used so; the message says why.
    """
    from sociarium.stores.mongo import database_names

    return database_names(url)


def open_legacy_database(url: str) -> LegacyDatabase | None:
    """Open the database of an earlier LLM Interaction Simulator; None where the URL is of something else.

    Raises `SetupError` where it cannot be opened.
    """
    if not url.startswith(_MONGODB):
        return None
    from sociarium.stores.mongo.legacy import open_legacy as open_database

    return open_database(url)


def open_prices() -> Prices:
    """The list of prices, where its extra is installed; else an empty one."""
    try:
        from sociarium.providers.prices import ListedPrices
    except ModuleNotFoundError as error:
        if error.name != "genai_prices":
            raise
        from sociarium.ports.prices import NoPrices

        return NoPrices()
    return ListedPrices()


def table_format(name: Literal["csv", "parquet"]) -> SheetFormat:
    """A file format of tables. Raises `SetupError` where its extra is not installed."""
    if name == "csv":
        from sociarium.exchange.tables import csv_file

        return csv_file
    try:
        from sociarium.exchange.tables import parquet_file
    except ModuleNotFoundError as error:
        if error.name != "pyarrow":
            raise
        raise SetupError("Parquet needs pyarrow, which is not here; pip install 'sociarium[tables]'") from error
    return parquet_file


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
    person: Person | None = None


def open_models(
    definition: Definition, names: Sequence[str], serving: ServingOptions
) -> Mapping[str, Sequence[RouteSpec]]:
    """The models that a sweep uses, by their name in the file, with the servers that offer them.

    Args:
        names: those in use.

    Raises:
        SetupError: one cannot be served by this version, or its key is missing.
        Misconfigured: an address or key cannot be used.
    """
    builder = _RouteBuilder(serving)
    return {name: builder.routes(name, definition.models[name]) for name in names}


@dataclass(frozen=True, slots=True)
class InstalledModels:
    """What an Ollama server holds: name -> digest; or why it does not say."""

    address: str
    models: Mapping[str, str]
    problem: str = ""


async def installed_models(config: Config) -> list[InstalledModels]:
    """What the Ollama servers of the configuration hold."""
    from sociarium.providers.ollama import full_addresses

    builder = _RouteBuilder(ServingOptions(config, pull=False))
    installed = []
    for place in full_addresses(config.ollama_hosts):
        host = builder.host(place)
        host.acquire()
        try:
            installed.append(InstalledModels(host.address, await host.list_installed()))
        except ModelError as error:
            installed.append(InstalledModels(host.address, {}, str(error)))
        finally:
            await host.aclose()
    return installed


@dataclass(frozen=True, slots=True)
class ListedModels:
    """What an OpenAI-compatible server lists; it may serve others.

    Attributes:
        hint: why its list cannot be read; empty where it can, or where there is none.
    """

    names: Sequence[str]
    hint: str = ""


async def listed_models(config: Config, spec: ModelSpec) -> ListedModels:
    """The models that an OpenAI-compatible server lists: a hint, for it may serve others.

    Args:
        spec: an entry of a model there; the model itself does not matter.

    Raises:
        SetupError, Misconfigured: nobody can be asked there; the message says why.
    """
    model = _RouteBuilder(ServingOptions(config)).openai("new", spec)
    try:
        names, hint = await model.list_models()
        return ListedModels(names, hint)
    finally:
        await model.aclose()


def _network(config: Config) -> Network:
    from sociarium.providers.network import Network

    return Network(config.http_proxy, config.https_proxy, config.no_proxy, config.certificates)


@dataclass(slots=True)
class _RouteBuilder:
    serving: ServingOptions
    ollama_hosts: dict[Address, Host] = field(default_factory=dict)

    def routes(self, name: str, spec: ModelSpec) -> list[RouteSpec]:
        from sociarium.runner.models.endpoint_limits import limits_of
        from sociarium.runner.models.router import RouteSpec

        limits = limits_of(spec.limits)
        return [RouteSpec(model, endpoint, limits) for model, endpoint in self._adapters(name, spec)]

    def _adapters(self, name: str, spec: ModelSpec) -> list[tuple[Model, str]]:
        """A model at each of its servers, with the server's name."""
        match spec.provider:
            case "offline":
                from sociarium.providers.offline import Offline

                return [(Offline(pace=self.serving.pace), "offline")]
            case "person":
                from sociarium.providers.person import PersonModel

                return [(PersonModel(self.serving.person), "person")]
            case "openai":
                model = self.openai(name, spec)
                return [(model, model.base_url)]
            case "ollama":
                return self._ollama(spec)
            case other:
                raise SetupError(
                    f"the model {name!r} wants the provider {other}, which this version does not serve yet; play it "
                    f"without a model: --model {name}=offline"
                )

    def openai(self, name: str, spec: ModelSpec) -> OpenAI:
        """The adapter of an entry with the provider `openai`."""
        from sociarium.providers.openai import OFFICIAL, OpenAI

        config = self.serving.config
        url = self._fill_address(spec.base_url) if spec.base_url else config.openai_url or OFFICIAL
        variable = spec.api_key_env or OPENAI_KEY
        key = config.secret(variable) if spec.api_key_env or not spec.base_url else None
        if key is None and spec.api_key_env:
            raise SetupError(f"the model {name!r} takes its key from {variable}, which is not set; put it into .env")
        settings: dict[str, Any] = {} if spec.timeout is None else {"timeout": spec.timeout}
        header = spec.api_key_header
        return OpenAI(url, key=key, key_name=variable, key_header=header, network=_network(config), **settings)

    def _ollama(self, spec: ModelSpec) -> list[tuple[Model, str]]:
        from sociarium.providers.ollama import Ollama, full_addresses

        settings: dict[str, Any] = {}
        if spec.timeout is not None:
            settings["timeout"] = spec.timeout
        if spec.keep_alive is not None:
            settings["keep_alive"] = spec.keep_alive
        written = [self._fill_address(host) for host in spec.hosts or ()]
        named: list[str | Address] = [*written] or [self.serving.config.ollama_hosts]
        places = dict.fromkeys(place for each in named for place in full_addresses(each))
        return [(Ollama(self.host(place), **settings), place.public) for place in places]

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
                network=_network(config),
            )
        return self.ollama_hosts[place]
