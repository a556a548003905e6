"""Codebooks of an experiment in a store: their versions, and what was drawn for them."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from loguru import logger

from sociarium.analysis.annotation.codebook import CodebookText, codebook_document, text_of
from sociarium.errors import NotFound
from sociarium.experiment.identity import fold_title
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.judgements import is_codebook
from sociarium.records.labels import Codebook, codebook_id

_SHORTEST_ID = 4


def save_codebook(store: Store, experiment: str, text: CodebookText, *, me: str, clock: Clock) -> Codebook:
    """Keep a codebook as the next version of its title, unless the latest says the same; returns what stands."""
    document = codebook_document(text)
    versions = [one for one in codebooks_of(store, experiment) if fold_title(one.title) == fold_title(text.title)]
    if versions and text_of(versions[-1]) == text:
        return versions[-1]
    number = versions[-1].number + 1 if versions else 1
    saved = append_codebook(store, Codebook("", experiment, text.title, number, document, me, clock.now()))
    logger.info("{} wrote the codebook {} {!r}, version {}", me, saved.id, saved.title, saved.number)
    return saved


def append_codebook(store: Store, codebook: Codebook) -> Codebook:
    """Keep a codebook under its number, or under the next one that is free where somebody was first."""
    while True:
        numbered = replace(codebook, id=codebook_id(codebook.experiment, codebook.title, codebook.number))
        standing = store.save_codebook(numbered)
        if standing == numbered:
            return standing
        codebook = replace(codebook, number=codebook.number + 1)


def codebooks_of(store: Store, experiment: str) -> list[Codebook]:
    """The codebooks of an experiment with all their versions: by title, then by number."""
    books = [one for one in store.codebooks(experiment) if is_codebook(one)]
    titles = list(dict.fromkeys(fold_title(one.title) for one in books))
    return sorted(books, key=lambda one: (titles.index(fold_title(one.title)), one.number))


def latest_codebooks(store: Store, experiment: str) -> list[Codebook]:
    """Of each codebook of an experiment the latest version."""
    return list({fold_title(one.title): one for one in codebooks_of(store, experiment)}.values())


def find_codebook(store: Store, experiment: str, name: str) -> Codebook:
    """A codebook of an experiment by its title, which means the latest version, or by the beginning of an id.

    Raises:
        NotFound: there is none.
    """
    books = codebooks_of(store, experiment)
    titled = [one for one in books if fold_title(one.title) == fold_title(name)]
    if titled:
        return titled[-1]
    begun = [one for one in books if len(name) >= _SHORTEST_ID and one.id.startswith(name.lower())]
    if len(begun) == 1:
        return begun[0]
    titles = list(dict.fromkeys(one.title for one in books))
    near = get_close_matches(name, titles, n=1)
    known = f"there are {', '.join(map(repr, titles))}" if titles else "there is none yet"
    mend = f"did you mean {near[0]!r}?" if near else known
    raise NotFound(f"the experiment has no codebook {name!r}; {mend}")
