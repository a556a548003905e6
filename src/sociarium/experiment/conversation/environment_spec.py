"""Conversations as a kind of experiment."""

from __future__ import annotations

from sociarium.experiment.conversation.counts import counting, counts, prepared_populations
from sociarium.experiment.conversation.deduplication import guards, is_always_used
from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.conversation.design_review import casting, users_of, warnings
from sociarium.experiment.conversation.giveaways import giveaways
from sociarium.experiment.conversation.resolve import resolve
from sociarium.experiment.conversation.settable import model_users, settables, texts
from sociarium.experiment.conversation.validation import infeasible, problems
from sociarium.experiment.environment_spec import EnvironmentSpec

CONVERSATION = EnvironmentSpec(
    definition=ConversationDefinition,
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
)
