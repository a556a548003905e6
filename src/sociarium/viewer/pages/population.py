"""People who were written for a feed, and could be read before they are in one."""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.errors import NotFound
from sociarium.exchange.run_document import run_document
from sociarium.ports.store import Store
from sociarium.records.plans import Experiment

SHOWN = 100


@dataclass(frozen=True, slots=True)
class WrittenPerson:
    """Somebody; without a handle where the model wrote nobody who can be read."""

    number: int
    handle: str
    name: str
    role: str
    bio: str
    quotas: tuple[tuple[str, str], ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PopulationPage:
    """The people of a population."""

    run: str
    experiment: Experiment
    name: str
    replicate: int
    state: str
    error: str | None
    is_offline: bool
    people: tuple[WrittenPerson, ...]
    total: int
    failed: int
    page: int
    pages: int

    @property
    def has_quotas(self) -> bool:
        """Whether anybody shown was drawn as something."""
        return any(one.quotas for one in self.people)


def population_page(store: Store, run_id: str, *, page: int = 1) -> PopulationPage:
    """A population by its run. Raises `NotFound`."""
    document = run_document(store, run_id)
    if "population" not in document:
        raise NotFound(f"run {run_id[:12]} is no population; `sociarium show {run_id[:12]}` has all of it")
    people = document["people"]
    pages = max(1, -(-len(people) // SHOWN))
    page = min(max(page, 1), pages)
    return PopulationPage(
        run_id,
        store.experiment(document["experiment"]),
        document["population"],
        document["replicate"],
        document["state"],
        document["error"],
        document["offline"],
        tuple(
            WrittenPerson(
                one["number"],
                one.get("handle") or "",
                one.get("name") or "",
                one.get("role") or "",
                one.get("bio") or "",
                tuple((str(name), str(value)) for name, value in one["quotas"].items()),
                tuple(one["flags"]),
            )
            for one in people[(page - 1) * SHOWN : page * SHOWN]
        ),
        len(people),
        document["failed"],
        page,
        pages,
    )
