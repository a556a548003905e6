"""Rubrics and validations in a store: records beside the codebooks of an experiment, which no version ever changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sociarium.errors import BadInput
from sociarium.experiment.rubric import Rubric, rubric_document
from sociarium.ports.store import Store
from sociarium.records.judgements import (
    RUBRIC,
    VALIDATION,
    is_rubric,
    judge_entry,
    judgement_version,
    latest_validations,
)
from sociarium.records.labels import Codebook, codebook_id
from sociarium.runner.library.judge_validations import save_next_validation


def save_rubric(store: Store, experiment: str, rubric: Rubric, *, creator: str, now: str) -> Codebook:
    """Keep a rubric that is put to judges of an experiment's runs; returns what stands.

    Raises:
        BadInput: another text stands under its name and version.
    """
    title = f"{RUBRIC} {rubric.name}"
    document = {RUBRIC: rubric_document(rubric), "digest": rubric.digest}
    id_ = codebook_id(experiment, title, rubric.version)
    standing = store.save_codebook(Codebook(id_, experiment, title, rubric.version, document, creator, now))
    if standing.document.get("digest") != rubric.digest:
        raise BadInput(
            f"the rubric {rubric.name!r} was used here as version {rubric.version} with other words; write "
            f"`version: {rubric.version + 1}`, for what was judged by both must not stand under one name"
        )
    return standing


def rubrics(store: Store, experiment: str) -> dict[str, Codebook]:
    """The rubrics of an experiment by their digests."""
    return {str(one.document["digest"]): one for one in store.codebooks(experiment) if is_rubric(one)}


def judges_of(rubric: Rubric) -> frozenset[str]:
    """Its models with their options, as the versions of answers name them."""
    entries = ((one.provider, one.model, dict(one.options)) for one in rubric.models.values())
    return frozenset(judge_entry(judgement_version(rubric.digest, entry, 1)) for entry in entries)


def save_validation(
    store: Store, experiment: str, name: str, validation: Mapping[str, Any], *, creator: str, now: str
) -> Codebook:
    """Keep how far judges of a rubric agree with people, as the next of its kind; the same again is kept once."""
    return save_next_validation(store, experiment, f"{VALIDATION} of {name}", validation, creator=creator, now=now)


def validations(store: Store, experiment: str) -> dict[str, Codebook]:
    """The latest validation of each rubric of an experiment, by the rubric's digest."""
    return latest_validations(store.codebooks(experiment))
