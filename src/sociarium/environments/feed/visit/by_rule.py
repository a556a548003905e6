"""What somebody without a model does at a log-on, by their rule."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.environments.feed.network.policy import holds
from sociarium.environments.feed.people import People, PersonState
from sociarium.environments.feed.timeline import Exposure
from sociarium.environments.feed.visit.decisions import Intent
from sociarium.environments.feed.visit.drafts import PendingPost
from sociarium.environments.feed.visit.reactions import REACTIONS, Judgement, judge
from sociarium.environments.stage import Stage
from sociarium.experiment.feed.rules import Rule, Trigger


def judgements_by(rule: Rule, exposures: Sequence[Exposure], stage: Stage, key: str) -> list[Judgement]:
    """Draw for every post that was shown, against the probabilities of a rule; nothing is felt.

    Args:
        key: of the visit.
    """
    return [judge(one, _answer(rule, one.post.content), stage, key) for one in exposures]


def follow_back(member: PersonState, people: People) -> Intent:
    """Follow whoever follows."""
    return Intent(follow=tuple(people.members[number] for number in sorted(member.followers - member.follows)))


def own_post_by(rule: Rule, day: int) -> PendingPost | None:
    """What somebody posts on a day; None where the rule has nothing for it."""
    text = rule.post.text_of(day) if rule.post else ""
    return PendingPost("post", text, "") if text else None


def _answer(rule: Rule, text: str) -> dict[str, object]:
    return {
        **dict.fromkeys(map(str, REACTIONS), 0.0),
        "like": _probability(rule.like, text),
        "repost": _probability(rule.repost, text),
        "sentiment": "",
        "words": "",
        "repaired": (),
        "cut": False,
    }


def _probability(trigger: Trigger | None, text: str) -> float:
    if trigger is None or (trigger.words and not holds(text, trigger.words)):
        return 0.0
    return trigger.p
