"""What a sweep of a feed varies beside models and texts."""

from __future__ import annotations

from typing import Any

from sociarium.cli.wizard.feeds.world import POLICIES, RANKINGS
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.cli.wizard.levels import levels, numbers
from sociarium.editing.document import Document
from sociarium.experiment.feed.people import DEFAULT_ROLE


def feed_factors(asking: QuestionFlow, tree: Document, former: dict[str, Any]) -> dict[str, Any]:
    """Days, ranking, policy and numbers of people, as they are wanted."""
    factors: dict[str, Any] = {
        "days": numbers(
            asking,
            "days",
            "How many days?",
            former,
            [tree.get("days", 1)],
            least=1,
            hint="7: exactly a week; 3, 7: feeds of three days and of a week are compared.",
        ),
        "feed.ranking": asking.several(
            "feed.ranking",
            "Which posts come first?",
            RANKINGS,
            hint="Mark one, or several to compare them.",
            default=levels(former, "feed.ranking", [tree.get("feed", {}).get("ranking", "chronological")]),
            least=1,
        ),
    }
    policy = tree.get("policy", {})
    if policy.get("match"):
        factors["policy"] = asking.several(
            "policy",
            f"What is done with posts that hold {' or '.join(policy['match']['words'])}?",
            POLICIES,
            hint="Mark one, or several to compare them.",
            default=levels(former, "policy", [policy.get("do", "none")]),
            least=1,
        )
    for role, count in _generated_counts(tree).items():
        factors[f"people.{role}"] = numbers(
            asking,
            f"people.{role}",
            f"How many people of the role {role} does a model write?",
            former,
            [count],
            least=0,
            hint="One number, or several to compare them: 0, 5. However many, the first ones are the same people.",
        )
    if "newcomers" in tree:
        usual = [tree["newcomers"].get("per_day", 1)]
        factors["newcomers.per_day"] = numbers(
            asking, "newcomers.per_day", "How many new people arrive each day?", former, usual, least=0
        )
    return factors


def _generated_counts(tree: Document) -> dict[str, int]:
    """The roles of which a single entry is written by a model, and how many it asks for."""
    by_role: dict[str, list[int]] = {}
    for entry in tree.get("people", ()):
        if "generate" in entry:
            by_role.setdefault(entry.get("role", DEFAULT_ROLE), []).append(entry["generate"])
    return {role: counts[0] for role, counts in by_role.items() if len(counts) == 1}
