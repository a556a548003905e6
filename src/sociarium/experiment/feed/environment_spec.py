"""Feeds as a kind of experiment."""

from __future__ import annotations

from sociarium.experiment.environment_spec import EnvironmentSpec
from sociarium.experiment.feed.counts import counting, counts, prepared_populations
from sociarium.experiment.feed.deduplication import guards, is_always_used
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.feed.design_review import casting, users_of, warnings
from sociarium.experiment.feed.giveaways import giveaways
from sociarium.experiment.feed.people_sources import expand
from sociarium.experiment.feed.resolve import resolve
from sociarium.experiment.feed.settable import model_users, settables, texts
from sociarium.experiment.feed.validation import infeasible, problems

FEED = EnvironmentSpec(
    definition=FeedDefinition,
    model_users=model_users,
    slots=settables,
    texts=texts,
    faults=problems,
    infeasible=infeasible,
    resolve=resolve,
    is_always_used=is_always_used,
    guards=guards,
    warnings=warnings,
    giveaways=giveaways,
    casting=casting,
    users_of=users_of,
    counting=counting,
    counts=counts,
    prepared=prepared_populations,
    sources_in="people",
    expand=expand,
)
