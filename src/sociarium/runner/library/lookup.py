"""Finding what people name: by id, by the beginning of an id, or by title.

What is being deleted is refused, with the command that completes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sociarium.errors import Ambiguous, NotFound
from sociarium.experiment.identity import experiment_id, fold_title
from sociarium.ports.store import Kind, Store
from sociarium.records.plans import Deletable, Experiment, SweepRecord
from sociarium.records.runs import Run
from sociarium.runner.library.tombstones import refuse_deleted

_LONGEST_ID = 64
"""Ours have `ID_LENGTH` digits; what was imported from elsewhere may have its own."""
_MOST_LISTED = 10
_LONGEST_NOTE = 80
_HEXADECIMAL = frozenset("0123456789abcdef")
_ARTICLE = {"experiment": "an experiment", "sweep": "a sweep", "run": "a run"}
_LIST = {"experiment": "experiments", "sweep": "sweeps", "run": "runs"}


def find_run_id(store: Store, text: str) -> str:
    """The id of the run that a text names. Raises `NotFound`, `Ambiguous` or `BeingDeleted`."""
    return find_run(store, text).id


def find_run(store: Store, text: str) -> Run:
    """The run that a text names. Raises `NotFound`, `Ambiguous` or `BeingDeleted`."""
    run = store.run(_only(store, "run", text))
    refuse_deleted(store, run.experiment, run=run.id)
    return run


def find_sweep(store: Store, text: str | None = None, *, creator: str | None = None) -> SweepRecord:
    """The sweep that a text names; the latest without one. Raises `NotFound`, `Ambiguous` or `BeingDeleted`.

    Args:
        creator: whose latest one is meant before anybody else's.
    """
    if text is None:
        sweeps = store.sweeps()
        if not sweeps:
            raise NotFound(f"no sweep was begun in {store.url}; `sociarium run FILE` begins one")
        sweep = next((one for one in sweeps if one.creator == creator), sweeps[0])
    else:
        sweep = store.sweep(_only(store, "sweep", text))
    refuse_deleted(store, sweep.experiment, sweep=sweep.id)
    return sweep


def find_experiment(store: Store, text: str, *, creator: str) -> Experiment:
    """The experiment that a text names, by title the creator's own first.

    Raises:
        NotFound: it names none.
        Ambiguous: it names several.
        BeingDeleted: it names one that is.
    """
    experiment = _experiment(store, text, creator=creator)
    refuse_deleted(store, experiment.id)
    return experiment


def with_title(store: Store, title: str) -> list[Experiment]:
    """Everybody's experiments of a title, the latest first."""
    return [one for one in store.experiments() if fold_title(one.title) == fold_title(title)]


def own_experiment(store: Store, title: str, *, creator: str) -> Experiment | None:
    """The experiment of that creator and title; None without one.

    Its id says both, but for one that was imported: that keeps its id whatever it is called.
    """
    try:
        return store.experiment(experiment_id(creator, title))
    except NotFound:
        return next((one for one in with_title(store, title) if one.creator == creator), None)


@dataclass(frozen=True, slots=True)
class Target:
    """An experiment, a sweep or a run, as something that somebody may edit or delete.

    Attributes:
        creator: of the experiment or run; who began the sweep.
        experiment: id of the experiment: the own one, or that of the sweep or run.
        title: of the experiment.
        note, favourite, revision: as last edited.
    """

    kind: Deletable
    id: str
    creator: str
    experiment: str
    title: str
    note: str
    favourite: bool
    revision: int


def find_target(store: Store, text: str, *, creator: str, deleted: bool = False) -> Target:
    """The experiment or run that a text names.

    Args:
        deleted: as what is to be deleted: a sweep too, and also one that is being deleted.

    Raises:
        NotFound: it names none.
        Ambiguous: it names several.
        BeingDeleted: it names one that is.
    """
    possible: tuple[Deletable, ...] = ("run", "sweep", "experiment") if deleted else ("run", "experiment")
    kind = kind_of(store, text, possible)
    if kind == "run":
        return _run_target(store, _only(store, "run", text), deleted=deleted)
    if kind == "sweep":
        return _sweep_target(store, store.sweep(_only(store, "sweep", text)))
    try:
        experiment = _experiment(store, text, creator=creator)
    except NotFound:
        if deleted and (mark := _find_deletion(store, text)):
            return mark
        raise NotFound(
            f"no experiment or run {text!r} is in {store.url}; `sociarium list experiments` shows those there are"
        ) from None
    if not deleted:
        refuse_deleted(store, experiment.id)
    return target_of(experiment)


def target_of(experiment: Experiment) -> Target:
    """An experiment as something that has a creator."""
    return Target(
        "experiment",
        experiment.id,
        experiment.creator,
        experiment.id,
        experiment.title,
        experiment.note,
        experiment.favourite,
        experiment.revision,
    )


def kind_of(store: Store, text: str, possible: Sequence[Kind] = ("run", "sweep")) -> Kind | None:
    """What it is whose id begins so; None where nothing is. Raises `Ambiguous` where it may be of several kinds."""
    kinds = [kind for kind in possible if exists(store, kind, text)]
    if len(kinds) > 1:
        meanings = " and of ".join(_ARTICLE[kind] for kind in kinds)
        raise Ambiguous(f"{text!r} is the beginning of {meanings}; write more of it")
    return kinds[0] if kinds else None


def exists(store: Store, kind: Kind, text: str) -> bool:
    """Whether a text is the beginning of an id of that kind."""
    return _is_prefix(text) and bool(store.ids_with_prefix(kind, text.lower()))


def _experiment(store: Store, text: str, *, creator: str) -> Experiment:
    matches = with_title(store, text)
    own = [match for match in matches if match.creator == creator]
    if own or len(matches) == 1:
        return (own or matches)[0]
    if matches:
        listed = "".join(f"\n  {_description(one)}" for one in matches[:_MOST_LISTED])
        more = f"\n  ... and {len(matches) - _MOST_LISTED} more" if len(matches) > _MOST_LISTED else ""
        raise Ambiguous(f"several people have an experiment {text!r}; name one by its id:{listed}{more}")
    return store.experiment(_only(store, "experiment", text))


def _description(experiment: Experiment) -> str:
    """An experiment as people tell it from others: its id, whose it is, and its note."""
    note = " ".join(experiment.note.split())
    short = note if len(note) <= _LONGEST_NOTE else f"{note[:_LONGEST_NOTE].rstrip()}…"
    return f"{experiment.id[:12]}  {experiment.creator}, {experiment.created[:10]}" + (f": {short}" if short else "")


def _sweep_target(store: Store, sweep: SweepRecord) -> Target:
    try:
        title = store.experiment(sweep.experiment).title
    except NotFound:
        title = ""
    return Target("sweep", sweep.id, sweep.creator, sweep.experiment, title, "", favourite=False, revision=1)


def _run_target(store: Store, id_: str, *, deleted: bool) -> Target:
    run = store.run(id_)
    if not deleted:
        refuse_deleted(store, run.experiment, run=id_)
    edit = store.latest_edits("run", [id_]).get(id_)
    try:
        title = store.experiment(run.experiment).title
    except NotFound:
        title = ""
    note, favourite, revision = (edit.note, edit.favourite, edit.revision) if edit else ("", False, 1)
    return Target("run", id_, run.creator, run.experiment, title, note, favourite, revision)


def _find_deletion(store: Store, text: str) -> Target | None:
    """What has nothing left but its mark."""
    for mark in store.deletions():
        if (_is_prefix(text) and mark.of.startswith(text.lower())) or fold_title(mark.title) == fold_title(text):
            return Target(mark.kind, mark.of, mark.by, mark.experiment, mark.title, "", favourite=False, revision=1)
    return None


def _only(store: Store, kind: Kind, text: str) -> str:
    ids = store.ids_with_prefix(kind, text.lower()) if _is_prefix(text) else []
    if not ids:
        raise NotFound(
            f"there is no {kind} {text!r} in {store.url}; `sociarium list {_LIST[kind]}` shows those there are"
        )
    if len(ids) > 1 and kind == "experiment":
        described = "".join(f"\n  {one.title!r} {_description(one)}" for one in map(store.experiment, ids[:5]))
        raise Ambiguous(f"{text!r} is the beginning of several experiments; write more of it:{described}")
    if len(ids) > 1:
        listed = ", ".join(id_[:12] for id_ in ids[:5])
        raise Ambiguous(f"{text!r} is the beginning of several {_LIST[kind]}: {listed}; write more of it")
    return ids[0]


def _is_prefix(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_ID and set(text.lower()) <= _HEXADECIMAL
