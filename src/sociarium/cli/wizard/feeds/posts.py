"""What the researcher posts into a feed, and what people are asked in private."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sociarium.cli.wizard.extras import ask_list, probes, table_name
from sociarium.cli.wizard.feeds.archetypes import handles, with_roles
from sociarium.cli.wizard.feeds.people import handle_fault
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.cli.wizard.sections import sections
from sociarium.cli.wizard.text_input import PlaceholderRules, text
from sociarium.editing.document import Document, with_part

_MOST_NAMED = 10


def posts(asking: QuestionFlow, tree: Document) -> Document:
    """Posts that the researcher puts into the world."""
    hint = (
        "What you put before everybody on a fixed day, in the name of one of the people or of an account outside, "
        "such as a newspaper. Several versions of it can be compared."
    )
    return ask_list(asking, tree, "events", "post of your own making", hint, _post)


def questions(asking: QuestionFlow, tree: Document) -> Document:
    """Private questions to people."""
    changed = probes(asking, with_roles(tree))
    return with_part(tree, "probes", changed.get("probes"))


def instructions(asking: QuestionFlow, tree: Document) -> Document:
    """What people of a role read beside who they are."""
    is_used = asking.confirm(
        "sections",
        "Should all people, or all of a role, read something more about themselves and the world?",
        hint="Beside what you wrote of each: for example where they live, what everybody knows, and what an expert is.",
        default="sections" in tree,
    )
    if not is_used:
        return with_part(tree, "sections", None)
    changed = sections(asking, with_roles(tree))
    return with_part(tree, "sections", changed["sections"])


def _post(asking: QuestionFlow, tree: Document, others: Sequence[str]) -> dict[str, Any]:
    event: dict[str, Any] = {"name": table_name(asking, others, "rumour")}
    day = asking.whole("day", "On which day?", least=1, default=1)
    if day != 1:
        event["day"] = day
    every = asking.whole(
        "every",
        "After how many days does it come again?",
        hint="7: every week. 0: it is posted once.",
        least=0,
        default=0,
    )
    if every:
        event["every"] = every
    people = handles(tree)
    named = f" People: {', '.join(people[:_MOST_NAMED])}." if people else ""
    event["author"] = asking.text(
        "author",
        "Who posts it?",
        hint=f"A handle: of one of the people, or of an account outside that only posts, such as: newswire.{named}",
        default=people[0] if people else "newswire",
        check=lambda said: handle_fault(said, ()),
    ).removeprefix("@")
    varied = asking.confirm(
        "varied",
        "Do you want to compare several versions of it?",
        hint="An empty version posts nothing, which is the comparison to make.",
        default=False,
    )
    roles = with_roles(tree)["roles"]
    event["post"] = text(
        asking,
        "text",
        "The post:",
        before=None,
        rules=PlaceholderRules(roles, has_self=False, needed=not varied),
        varied=varied,
        hint="As it stands on the network.",
    )
    return event
