"""Feeds as a kind of experiment."""

from __future__ import annotations

from sociarium.experiment.feed.checks import faults, infeasible
from sociarium.experiment.feed.counts import counting, counts, prepared
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.feed.reading import expand
from sociarium.experiment.feed.resolving import resolve
from sociarium.experiment.feed.review import casting, users_of, warnings
from sociarium.experiment.feed.sharing import always_used, guards
from sociarium.experiment.feed.slots import model_users, slots, texts
from sociarium.experiment.kind import Kind

FEED = Kind(
    definition=FeedDefinition,
    model_users=model_users,
    slots=slots,
    texts=texts,
    faults=faults,
    infeasible=infeasible,
    resolve=resolve,
    always_used=always_used,
    guards=guards,
    warnings=warnings,
    casting=casting,
    users_of=users_of,
    counting=counting,
    counts=counts,
    prepared=prepared,
    sources_in="people",
    expand=expand,
)
