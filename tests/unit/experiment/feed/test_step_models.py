"""A model for each step: where a file says it, who it comes before, and which conditions come to the same."""

from __future__ import annotations

from typing import Any

import pytest

from sociarium.editing.models import remove_model, rename_model
from sociarium.errors import DefinitionError
from sociarium.experiment.deduplication import deduplicate
from sociarium.experiment.design_review import model_users_of
from sociarium.experiment.document import parse, to_tree
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.loaded_models import model_groups
from sociarium.experiment.resolve import resolve
from sociarium.experiment.validation import design_of
from tests.support.definitions import feed, small_feed

MODELS = "{dry: {provider: offline}, wet: {provider: offline}, hot: {provider: offline}}"
TWO_ROLES = "[{handle: ada}, {handle: bob, role: troll}]"


def written(**changes: Any) -> str:
    return small_feed(**{"models": MODELS, "people": TWO_ROLES, "days": "7"} | changes)


def contents(**changes: Any) -> list[FeedContent]:
    found = feed(written(**changes))
    design = design_of(found, "main")
    resolved = [resolve(found, design.settings(design.levels(number))) for number in range(design.size)]
    return [content for content in resolved if isinstance(content, FeedContent)]


def users(**changes: Any) -> dict[str, set[str]]:
    found = feed(written(**changes))
    return model_users_of(found, design_of(found, "main"))


def problem(text: str) -> tuple[str, str, str]:
    with pytest.raises(DefinitionError) as refused:
        parse(text.encode(), source="a.yaml", read=lambda _: b"")
    [one] = refused.value.problems
    return one.path, one.message, one.mend


@pytest.mark.parametrize("part", [{"model": "{read: wet, write: hot}"}, {"model.read": "wet", "model.write": "hot"}])
def test_a_step_has_the_model_that_the_file_says_and_the_others_that_of_their_role(part: dict[str, str]) -> None:
    [content] = contents(**part)
    assert content.step_models == {"read": "wet", "write": "hot"}
    assert {role.model for role in content.roles} == {"dry"}
    assert sorted(content.models) == ["dry", "hot", "wet"]
    assert [content.model_of_call(step, "dry") for step in ("read", "plan", "write", "post", "reflect")] == [
        "wet", "wet", "hot", "dry", "dry"]  # fmt: skip


def test_both_ways_of_writing_it_are_one_experiment() -> None:
    dotted, nested = feed(written(**{"model.read": "wet"})), feed(written(model="{read: wet}"))
    assert dotted == nested
    assert to_tree(dotted)["model"] == {"read": "wet"}


def test_a_factor_of_a_step_comes_before_the_file_and_a_step_before_the_role() -> None:
    varied = contents(model="{write: hot}", sweep="{factors: {model.troll: [wet], model.write: [dry, wet]}}")
    assert [content.step_models["write"] for content in varied] == ["dry", "wet"]
    assert [{role.name: role.model for role in content.roles} for content in varied] == [
        {"person": "dry", "troll": "wet"}] * 2  # fmt: skip


def test_a_feed_without_models_of_steps_is_what_it_was() -> None:
    [plain], [same] = contents(), contents(model="{read: dry, write: dry}")
    assert "step_models" not in plain.model_dump(exclude_defaults=True)
    assert plain.digest == same.digest


def test_who_uses_which_model_is_told_by_steps_and_a_model_that_nothing_asks_by_nobody() -> None:
    assert users(model="{read: wet}") == {"dry": {"person", "troll"}, "wet": {"read"}}
    whole = "{read: wet, write: hot, post: hot, reflect: wet}"
    assert users(model=whole) == {"wet": {"person", "troll"}, "hot": {"write", "post"}}
    asked = users(model=whole, probes="[{name: mood, of: [troll], at: [end], ask: How?}]")
    assert asked["dry"] == {"troll"}


def test_a_step_that_is_never_taken_needs_no_model() -> None:
    assert contents(model="{reflect: wet, post: hot}", memory="{reflect_every: 0}", feed="{post: 0.0}")[0].models == {
        "dry": contents()[0].models["dry"]}  # fmt: skip
    varying = users(model="{reflect: wet}", sweep="{factors: {memory.reflect_every: [0, 3]}}")
    assert varying["wet"] == {"reflect"}


def test_servers_are_known_to_be_asked_for_the_models_of_steps() -> None:
    models = "{dry: {provider: openai, model: a, base_url: 'http://127.0.0.1:1/v1', max_tokens: 9, limits: {loaded: 1}}"
    models += ", wet: {provider: openai, model: b, base_url: 'http://127.0.0.1:1/v1', max_tokens: 9}}"
    found = feed(written(models=models, model="{write: wet}"))
    groups = model_groups(found, design_of(found, "main"))
    assert {model for places in groups.sets for _, (model, _) in places} == {"a", "b"}
    assert groups.most_loaded


@pytest.mark.parametrize(
    ("factors", "different"),
    [
        ("model.read: [dry, wet, hot]", 3),
        ("model: [dry, wet], model.read: [dry, wet]", 4),
        ("model: [dry, wet], model.read: [hot], model.write: [hot], model.post: [hot], model.reflect: [hot]", 1),
        ("memory.reflect_every: [0, 3], model.reflect: [dry, wet]", 3),
        ("days: [2, 7], model.reflect: [dry, wet]", 3),
        ("feed.post: [0.0, 0.5], model.post: [dry, wet]", 3),
        ("model.troll: [dry, wet], model.read: [wet], model.write: [wet], model.post: [wet], model.reflect: [wet]", 1),
    ],
)
def test_conditions_that_ask_the_same_are_found(factors: str, different: int) -> None:
    found = feed(written(sweep=f"{{factors: {{{factors}}}}}"))
    design = design_of(found, "main")
    digests = {resolve(found, design.settings(design.levels(number))).digest for number in range(design.size)}
    assert deduplicate(found, design).conditions == len(digests) == different


@pytest.mark.parametrize("step", ["read", "write", "post", "reflect"])
def test_no_role_may_be_called_like_a_step(step: str) -> None:
    path, message, mend = problem(written(people=f"[{{handle: ada, role: {step}}}]"))
    assert path == "people[0].role"
    assert message == f"no role can be called '{step}': `model.{step}` is the model of that step"
    assert mend.startswith("rename it")


@pytest.mark.parametrize(
    ("part", "path"), [({"model": "{read: wett}"}, "model.read"), ({"model.read": "wett"}, "model.read")]
)
def test_a_model_that_is_not_there_is_refused_with_the_nearest(part: dict[str, str], path: str) -> None:
    assert problem(written(**part)) == (path, "there is no model 'wett'", "did you mean wet?")


def test_the_same_step_written_twice_is_refused() -> None:
    path, message, _ = problem(written(**{"model": "{read: wet}", "model.read": "dry"}))
    assert (path, message) == ("model.read", "unknown key 'model.read'")


def test_steps_follow_a_model_that_gets_another_name_and_forget_one_that_goes() -> None:
    document = to_tree(feed(written(model="{read: wet, write: hot}")))
    renamed = rename_model(document, "wet", "mild")
    assert renamed.document["model"] == {"read": "mild", "write": "hot"}
    removed = remove_model(renamed.document, "hot")
    assert removed.document["model"] == {"read": "mild"}
    assert "The step write has no model of its own any more." in removed.sentences
