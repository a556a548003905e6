"""What the documentation shows of feeds is right: its examples are sound, and it names every field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sociarium.experiment.feed.definition import FeedDefinition, FeedRules, Graph, InjectedPost, Memory
from sociarium.experiment.feed.entries import Alike, Generate
from sociarium.experiment.feed.people import Person
from sociarium.experiment.feed.rules import OwnPosts, Rule, Trigger
from sociarium.experiment.feed.source_entries import PeopleArchive
from sociarium.runner.planning.plan import plan
from tests.support.definitions import feed

ROOT = Path(__file__).parents[4]
TOLD = (ROOT / "docs" / "feeds.md").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("page", ["docs/how-to/feeds.md", "docs/feeds.md"])
def test_the_example_is_sound_and_nothing_is_to_be_asked_about_it(page: str) -> None:
    [example] = [
        block for block in re.findall(r"```yaml\n(.*?)```", (ROOT / page).read_text(), re.DOTALL) if ": feed" in block
    ]
    warnings = plan(feed(example), "main").warnings
    assert [warning for warning in warnings if not warning.startswith("one wording a level")] == []


@pytest.mark.parametrize(
    "model",
    [
        FeedDefinition,
        FeedRules,
        Graph,
        Memory,
        InjectedPost,
        Person,
        Generate,
        PeopleArchive,
        Alike,
        Rule,
        Trigger,
        OwnPosts,
    ],
)
def test_every_field_of_a_feed_is_explained_in_its_documents(model: type[FeedDefinition]) -> None:
    names = {field.alias or name for name, field in model.model_fields.items()}
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", TOLD)] == []
