"""The composition root: the only place where concrete stores, providers and runners are chosen.

Adapters, and what plays, are imported when they are chosen, so that nobody waits for a library that is not used: who
only opens a store needs neither pydantic nor asyncio.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sociarium.config import Config
from sociarium.errors import ModelError, SetupError
from sociarium.experiment.address import public_address, public_text
from sociarium.model_routes import RouteBuilder, network_of
from sociarium.model_routes import ServingOptions as ServingOptions  # part of what is chosen here
from sociarium.ports.legacy import LegacyDatabase
from sociarium.ports.store import Store
from sociarium.stores.urls import note_url
from sociarium.typed_path import typed_path

if TYPE_CHECKING:
    from sociarium.analysis.measures.registry import MeasureSpec
    from sociarium.exchange.tables.export import SheetFormat
    from sociarium.experiment.definition import Definition
    from sociarium.experiment.models import ModelSpec
    from sociarium.ports.prices import Prices
    from sociarium.ports.rankers import Rankers
    from sociarium.providers.openai.moderation import Moderation
    from sociarium.runner.models.router import RouteSpec

_SQLITE = "sqlite:///"
_MONGODB = ("mongodb://", "mongodb+srv://")
_ARCHIVE = ".zip"
_PATHS = ("/", "~", "./", "../")
_DATABASES = (".db", ".sqlite", ".sqlite3")


def open_store(
    url: str, *, create: bool = True, migrate: bool = False, read_only: bool = False, is_shared: bool = False
) -> Store:
    """Open the store at a URL, or an archive at its path, which is only read.

    Args:
        create: make an embedded store that is not there yet.
        migrate: bring a store of an older version up to date; without it such a one is refused.
        read_only: leave an embedded store as it is, to the last byte; whoever writes to it then is refused.
        is_shared: other processes write to it all the while, such as further workers of a start.

    Raises `SetupError` where the URL is of no kind known here, or the store cannot be opened; `BadInput` where a file
    is no archive.
    """
    if url.startswith(_SQLITE):
        from sociarium.stores.sqlite import SqliteStore

        path = typed_path(url.removeprefix(_SQLITE))
        if not path.name:
            raise SetupError(f"the store {public_address(url)!r} names no file; write sqlite:///path/to/file.db")
        if path.parts[0].startswith("~"):
            raise SetupError(
                f"nobody here has the home {public_text(path.parts[0])!r}; write the whole path of the store"
            )
        if not create and not path.exists():
            place = public_text(str(path))
            raise SetupError(f"there is no store at {place}; `sociarium demo` or `sociarium run` makes one")
        return note_url(SqliteStore(path, migrate=migrate, read_only=read_only, is_shared=is_shared), url)
    if url.startswith(_MONGODB):
        from sociarium.stores.mongo import open_mongo

        return note_url(open_mongo(url, create=create, migrate=migrate), url)
    if url.endswith(_ARCHIVE) and "://" not in url:
        from sociarium.exchange.archive.unpack import unpack
        from sociarium.stores.sqlite import SqliteStore

        return note_url(SqliteStore(unpack(typed_path(url), SqliteStore), read_only=True), url)
    # A path is not told, since nobody knows what it may hold.
    if url.startswith(_PATHS) or ("://" not in url and url.endswith(_DATABASES)):
        raise SetupError("a path alone is no store; write sqlite:/// before it, such as sqlite:///path/to/file.db")
    raise SetupError(
        f"{public_address(url)!r} is no store that is known here; write sqlite:///path/to/file.db or "
        "mongodb://host/database"
    )


def databases(url: str) -> list[str] | None:
    """A MongoDB server's databases but its own; None where they may not be listed. Raises as `open_store`."""
    from sociarium.stores.mongo import database_names

    return database_names(url)


def open_legacy_database(url: str) -> LegacyDatabase | None:
    """Open an earlier simulator's database; None where the URL is of something else. Raises `SetupError`."""
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


def open_rankers(names: Sequence[str], folders: Sequence[Path]) -> Rankers:
    """Rankers of a researcher's own, by their names; their code is run. Raises `SetupError`."""
    from sociarium.providers.rankers import load_rankers

    return load_rankers(names, folders)


def open_own_measures(names: Sequence[str], folders: Sequence[Path]) -> list[MeasureSpec]:
    """Measures of a researcher's own, by their names; their code is run. Raises `SetupError`."""
    from sociarium.analysis.measures.own import own_measure
    from sociarium.providers.own_modules import OwnModules

    modules = OwnModules(folders)
    loaded = {path: modules.load(path) for path in dict.fromkeys(name.partition(":")[0] for name in names)}
    return [own_measure(name, *loaded[name.partition(":")[0]]) for name in names]


def open_moderation(config: Config) -> Moderation:
    """OpenAI's moderation endpoint, or that of `OPENAI_BASE_URL`. Raises `Misconfigured`."""
    from sociarium.providers.openai.adapter import OFFICIAL
    from sociarium.providers.openai.moderation import Moderation

    return Moderation(config.openai_url or OFFICIAL, key=config.secret("OPENAI_API_KEY"), network=network_of(config))


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
    return RouteBuilder(serving).routes({name: definition.models[name] for name in names})


@dataclass(frozen=True, slots=True)
class InstalledModels:
    """What an Ollama server holds: name -> digest; or why it does not say."""

    address: str
    models: Mapping[str, str]
    problem: str = ""


async def installed_models(config: Config) -> list[InstalledModels]:
    """What the Ollama servers of the configuration hold."""
    from sociarium.providers.ollama import full_addresses

    builder = RouteBuilder(ServingOptions(config, pull=False))
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


def is_among(model: str, installed: Collection[str]) -> bool:
    """Whether Ollama holds a model, of which people may write another name: in capitals, or with its registry."""
    from sociarium.providers.ollama.names import full_name

    return full_name(model) in map(full_name, installed)


@dataclass(frozen=True, slots=True)
class ListedModels:
    """What a server lists; it may serve others.

    Attributes:
        hint: why its list cannot be read; empty where it can, or where there is none.
    """

    names: Sequence[str]
    hint: str = ""


async def listed_models(config: Config, spec: ModelSpec) -> ListedModels:
    """The models that the server of an entry lists: a hint, for it may serve others.

    Args:
        spec: an entry of a model there, of the provider openai or anthropic; the model itself does not matter.

    Raises:
        SetupError, Misconfigured: nobody can be asked there; the message says why.
    """
    model = RouteBuilder(ServingOptions(config)).listing("new", spec)
    try:
        names, hint = await model.list_models()
        return ListedModels(names, hint)
    finally:
        await model.aclose()
