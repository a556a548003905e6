"""Finding what people name: by id, by the beginning of an id, or by title."""

from __future__ import annotations

from sociarium.errors import Ambiguous, NotFound
from sociarium.experiment.canonical import ID_LENGTH
from sociarium.experiment.document import from_json
from sociarium.experiment.identity import folded
from sociarium.ports.store import Kind, Store
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.runner.starting import Begun

_HEXADECIMAL = frozenset("0123456789abcdef")
_LIST = {"experiment": "experiments", "sweep": "sweeps", "run": "runs"}


def run_id(store: Store, text: str) -> str:
    """The id of the run that a text names. Raises `NotFound` or `Ambiguous`."""
    return _only(store, "run", text)


def sweep(store: Store, text: str | None = None) -> SweepRecord:
    """The sweep that a text names; the latest without one. Raises `NotFound` or `Ambiguous`."""
    sweeps = store.sweeps()
    if text is None:
        if not sweeps:
            raise NotFound(f"no sweep was begun in {store.url}; `sociarium run FILE` begins one")
        return sweeps[0]
    id_ = _only(store, "sweep", text)
    return next(found for found in sweeps if found.id == id_)


def experiment(store: Store, text: str, *, creator: str) -> Experiment:
    """The experiment that a text names, by title the creator's own first. Raises `NotFound` or `Ambiguous`."""
    experiments = list(store.experiments())
    titled = [found for found in experiments if folded(found.title) == folded(text)]
    own = [found for found in titled if found.creator == creator]
    if own or len(titled) == 1:
        return (own or titled)[0]
    if titled:
        owners = ", ".join(f"{found.id[:8]} ({found.creator})" for found in titled)
        raise Ambiguous(f"several people have an experiment {text!r}: {owners}; name one by its id")
    id_ = _only(store, "experiment", text)
    return next(found for found in experiments if found.id == id_)


def begun(store: Store, record: SweepRecord) -> Begun:
    """A sweep with its experiment and definition, to go on with it."""
    owner = next(found for found in store.experiments() if found.id == record.experiment)
    version = store.version(record.version)
    return Begun(owner, version, record, from_json(version.document))


def exists(store: Store, kind: Kind, text: str) -> bool:
    """Whether a text is the beginning of an id of that kind."""
    return _is_prefix(text) and bool(store.matching(kind, text.lower()))


def _only(store: Store, kind: Kind, text: str) -> str:
    found = store.matching(kind, text.lower()) if _is_prefix(text) else []
    if not found:
        raise NotFound(
            f"there is no {kind} {text!r} in {store.url}; `sociarium list {_LIST[kind]}` shows those there are"
        )
    if len(found) > 1:
        listed = ", ".join(id_[:12] for id_ in found[:5])
        raise Ambiguous(f"{text!r} is the beginning of several {_LIST[kind]}: {listed}; write more of it")
    return found[0]


def _is_prefix(text: str) -> bool:
    return 0 < len(text) <= ID_LENGTH and set(text.lower()) <= _HEXADECIMAL
