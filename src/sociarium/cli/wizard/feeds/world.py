"""How the world of a feed works: its days, who follows whom, what people are shown, and when they post."""

from __future__ import annotations

from typing import Any

from sociarium.cli.questions.answers import Entry
from sociarium.cli.questions.checks import decimal, nonempty
from sociarium.cli.wizard.feeds.archetypes import handles
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.cli.wizard.lists import names, number
from sociarium.editing.document import Document, with_part

RANKINGS = [
    Entry("the latest first (chronological)", "chronological"),
    Entry("what many liked, shared and answered first (popular)", "popular"),
    Entry("what is like the reader and their own posts first (similar)", "similar"),
    Entry("at random", "random"),
]
POLICIES = [
    Entry("nothing", "none"),
    Entry("they carry a label", "label"),
    Entry("they sink to the end of each list", "downrank"),
    Entry("nobody is shown them", "remove"),
]
_GRAPHS = [
    Entry("at random", "random"),
    Entry("a few are followed by many, as on most networks (scale-free)", "scale_free"),
    Entry("groups of neighbours, with some ties across (small world)", "small_world"),
    Entry("everybody follows everybody", "complete"),
    Entry("as I say, person by person", "given"),
]
_LISTS = {
    "replies": "How many replies to their own posts are people shown at a time, at most?",
    "following": "How many posts of those whom they follow?",
    "recent": "How many recent posts of others?",
}
_POSTING = [
    Entry("once a day", "daily"),
    Entry("whenever they like: each decides, at each visit", "chosen"),
    Entry("at each visit with a fixed probability", "probability"),
]
_USUAL_DEGREE = 4
_MOST = 10_000
_MOST_ASKED = 50


def days(asking: QuestionFlow, tree: Document) -> Document:
    """How long it lasts."""
    lasts = asking.whole(
        "days",
        "How many days does it last?",
        hint="Each day everybody visits the network, reads, reacts and posts. You can compare several lengths later.",
        least=1,
        most=_MOST,
        default=tree.get("days", 3),
    )
    return {**tree, "days": lasts}


def graph(asking: QuestionFlow, tree: Document) -> Document:
    """Who follows whom when it begins."""
    before: dict[str, Any] = tree.get("graph", {"kind": "given"} if "people" in tree and _follows(tree) else {})
    kind = asking.choose(
        "graph",
        "Who follows whom when it begins?",
        _GRAPHS,
        hint="People follow and unfollow by themselves later.",
        default=before.get("kind", "given" if before else "random"),
    )
    changed = {**before, "kind": kind}
    if kind in {"random", "scale_free", "small_world"}:
        changed["degree"] = asking.whole(
            "degree",
            "How many people does each follow, on average?",
            least=0,
            most=_MOST,
            default=before.get("degree", _USUAL_DEGREE),
        )
    return {**(_ask_follows(asking, tree) if kind == "given" else tree), "graph": changed}


def _follows(tree: Document) -> bool:
    return any(entry.get("follows") for entry in tree["people"])


def _ask_follows(asking: QuestionFlow, tree: Document) -> Document:
    """A feed in which those who are described follow whom they are said to."""
    people = handles(tree)
    if not 1 < len(people) <= _MOST_ASKED:
        return tree
    links = []
    for entry in tree["people"]:
        others = [handle for handle in people if handle != entry.get("handle")]
        rest = {key: value for key, value in entry.items() if key != "follows"}
        chosen: list[str] = []
        if "handle" in entry:
            chosen = asking.several(
                f"follows/{entry['handle']}",
                f"Whom does @{entry['handle']} follow?",
                [Entry(f"@{handle}", handle) for handle in others],
                hint="Mark them, or nobody.",
                default=entry.get("follows", ()),
            )
        links.append({**rest, "follows": chosen} if chosen else rest)
    return {**tree, "people": links}


def reading(asking: QuestionFlow, tree: Document) -> Document:
    """What people are shown, in which order, and when they post."""
    before: dict[str, Any] = tree.get("feed", {})
    rules: dict[str, Any] = {**before}
    rules["ranking"] = asking.choose(
        "ranking",
        "Which posts come first?",
        RANKINGS,
        hint="You can compare several orders later.",
        default=before.get("ranking", "chronological"),
    )
    for key, question in _LISTS.items():
        rules[key] = asking.whole(
            key,
            question,
            hint="Nobody is shown a post twice. Longer lists make longer prompts.",
            least=0,
            most=_MOST,
            default=before.get(key, 10),
        )
    post = before.get("post", "daily")
    kind = asking.choose(
        "post",
        "When do people post something of their own?",
        _POSTING,
        hint="Beside that they answer and share what they read, as it moves them.",
        default=post if isinstance(post, str) else "probability",
    )
    if kind == "probability":
        line = asking.text(
            "post probability",
            "With which probability?",
            hint="From 0 to 1, such as: 0.3",
            default="0.3" if isinstance(post, str) else str(post),
            check=lambda text: nonempty(text) or decimal(0, 1)(text),
        )
        kind = number(line)
    rules["post"] = kind
    return {**tree, "feed": rules}


def policy(asking: QuestionFlow, tree: Document) -> Document:
    """What is done with posts that hold certain words."""
    before: dict[str, Any] = tree.get("policy", {})
    line = asking.text(
        "policy words",
        "Words by which a content policy finds posts:",
        hint="Separated by commas, such as: cover-up, contaminated. Posts that hold one of them can be labelled, "
        "ranked down or removed, and you can compare that. Empty: no policy.",
        default=", ".join(before.get("match", {}).get("words", ())),
    )
    words = names(line)
    if not words:
        return with_part(tree, "policy", None)
    verdict = asking.choose(
        "policy",
        "What is done with such posts?",
        POLICIES,
        hint="You can compare several of these later.",
        default=before.get("do", "label"),
    )
    changed = {**before, "match": {"words": words}, "do": verdict}
    if not isinstance(before.get("label", ""), dict):
        changed["label"] = asking.text(
            "policy label",
            "The label:",
            hint="What stands under a labelled post.",
            default=before.get("label", "Disputed by independent reviewers."),
            check=nonempty,
        )
    return {**tree, "policy": changed}
