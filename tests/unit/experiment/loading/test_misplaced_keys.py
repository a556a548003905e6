"""A key that stands in another place than its own leads there."""

from __future__ import annotations

import pytest

from tests.support.definitions import small, small_feed
from tests.support.refusals import the_problem


@pytest.mark.parametrize(
    ("text", "path", "mend"),
    [
        (small(replicates=3), "replicates", "`sweep: {replicates: ...}`"),
        (small(messages=3), "messages", "`sweep: {factors: {messages: ...}}`"),
        (small(sweep="{model: dry}"), "sweep.model", "`sweep: {factors: {model: ...}}`"),
        (small(sweep=None, sweeps="{main: {days: 3}}"), "sweeps.main.days", "under `factors`"),
        (small(agents="{guard: 1}"), "agents", "`sweep: {factors: {agents.ROLE: ...}}`"),
        (small(temperature=0.2), "temperature", "`models: {NAME: {temperature: ...}}`"),
        (small(description="a"), "description", "`note: ...`"),
        (small(roles="{guard: {model: dry}, prisoner: {}}"), "roles.guard.model", "{model.guard: ...}"),
        (small(roles="{guard: {count: 2}, prisoner: {}}"), "roles.guard.count", "{agents.guard: ...}"),
        (small(roles="{guard: {prompt: Hi}, prisoner: {}}"), "roles.guard.prompt", "private: {guard: ...}"),
    ],
)
def test_a_key_that_belongs_elsewhere_says_where(text: str, path: str, mend: str) -> None:
    problem = the_problem(text)

    assert problem.path == path
    assert mend in problem.mend


def test_what_is_a_factor_of_conversations_alone_is_none_of_a_feed() -> None:
    assert "factor" not in the_problem(small_feed(messages=3)).mend
