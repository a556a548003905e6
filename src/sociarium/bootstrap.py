"""The composition root: the only place where concrete stores, providers and runners are chosen.

Adapters are imported when they are chosen, so that nobody waits for a vendor library that is not used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sociarium.errors import SetupError
from sociarium.experiment.definition import Definition
from sociarium.experiment.models import ModelSpec
from sociarium.ports.store import Store
from sociarium.providers.offline import Offline
from sociarium.runner.desk import Offer

_SQLITE = "sqlite:///"


def open_store(url: str, *, create: bool = True) -> Store:
    """Open the store at a URL.

    Args:
        create: make an embedded store that is not there yet.

    Raises:
        SetupError: the URL is of no kind known here, or the store cannot be opened.
    """
    if url.startswith(_SQLITE):
        from sociarium.stores.sqlite import SqliteStore

        path = Path(url.removeprefix(_SQLITE)).expanduser()
        if not path.name:
            raise SetupError(f"the store {url!r} names no file; write sqlite:///path/to/file.db")
        if not create and not path.exists():
            raise SetupError(f"there is no store at {path}; `sociarium demo` or `sociarium run` makes one")
        return SqliteStore(path)
    scheme = url.partition("://")[0]
    raise SetupError(f"stores of the kind {scheme!r} are not known; write sqlite:///path/to/file.db")


def open_models(definition: Definition, names: Sequence[str], *, pace: float = 0.0) -> Mapping[str, Sequence[Offer]]:
    """The models that a sweep uses, by their name in the file, with the servers that offer them.

    Args:
        names: those in use.
        pace: seconds that the offline model takes for an answer.

    Raises:
        SetupError: one cannot be served by this version.
    """
    return {name: _offers(name, definition.models[name], pace) for name in names}


def _offers(name: str, spec: ModelSpec, pace: float) -> list[Offer]:
    if spec.provider == "offline":
        return [Offer(Offline(pace=pace), "offline")]
    raise SetupError(
        f"the model {name!r} wants the provider {spec.provider}, which this version does not serve yet; play it "
        f"without one: --model {name}=offline"
    )
