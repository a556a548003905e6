"""Rules by which people act without a model: what they like and share, what they post, whether they follow back."""

from __future__ import annotations

from functools import partial

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.page import NOTHING, PageRow, open_page
from sociarium.cli.hub.settings import other_fields, setting_rows
from sociarium.cli.questions.answers import Back
from sociarium.cli.questions.checks import whole
from sociarium.count_text import count_text
from sociarium.editing.people import add_crowd
from sociarium.experiment.feed.entries import Alike
from sociarium.experiment.feed.rules import Rule
from sociarium.experiment.feed.validation import MOST_PEOPLE
from sociarium.experiment.problems import Loc

_MANY = 5


def rule_row(editor: Editor, loc: Loc) -> PageRow:
    """The line of somebody's rule."""
    rule = editor.value((*loc, "rule"))
    return PageRow(
        "Rule", partial(open_rule, editor, loc), NOTHING if rule is None else ", ".join(rule) or "only reads"
    )


def open_rule(editor: Editor, loc: Loc) -> None:
    """The page of a rule; it begins when the first line is filled in."""
    where = (*loc, "rule")

    def rows() -> list[PageRow]:
        posts = (editor.value((*where, "post")) or {}).get("each_day") or ()
        value = count_text(len(posts), "text") if posts else NOTHING
        lines = [
            *setting_rows(editor, where, Rule, ("like", "repost", "follow_back")),
            PageRow("Posts of their own", partial(_ask_posts, editor, where), value),
        ]
        is_optional = "count" not in (editor.value(loc) or {})
        return [*lines, PageRow("No rule", lambda: editor.set(where, None))] if is_optional else lines

    open_page(editor, "The rule by which they act, without a model:", rows,
              hint="They log on and are shown posts as everybody is; nobody is asked for them.")  # fmt: skip


def alike_rows(editor: Editor, loc: Loc) -> list[PageRow]:
    """The lines of a crowd that acts by one rule, but for its role."""
    count = editor.value((*loc, "count"))
    return [
        PageRow("How many", partial(ask_alike, editor, loc), str(count)),
        rule_row(editor, loc),
        *setting_rows(editor, loc, Alike, other_fields(Alike, "count", "role", "rule")),
    ]


def ask_alike(editor: Editor, loc: Loc) -> bool:
    """How many there are."""
    return ask_how_many(editor, loc, "count", "How many act by this rule?", rule={})


def ask_how_many(editor: Editor, loc: Loc, key: str, question: str, **usual: object) -> bool:
    """How many an entry of people stands for; a new entry begins by it, with what is usual."""
    before = editor.value((*loc, key))
    answer = editor.prompts.text(
        question,
        hint="You can compare several numbers later.",
        default=str(_MANY if before is None else before),
        check=whole(0, MOST_PEOPLE),
    )
    if isinstance(answer, Back):
        return False
    if before is None:
        return editor.apply(lambda document: add_crowd(document, {key: int(answer), **usual}))
    editor.set((*loc, key), int(answer))
    return True


def _ask_posts(editor: Editor, where: Loc) -> None:
    loc = (*where, "post", "each_day")
    before = editor.value(loc)
    answer = editor.prompts.long_text(
        "What do they post of their own accord?",
        hint="A line for each day, in turn; an empty line is a day without a post. Or nothing at all.",
        default="\n".join(before) if isinstance(before, list) else "",
    )
    if not isinstance(answer, Back):
        lines = [line.strip() for line in answer.strip("\n").split("\n")]
        editor.set(loc, lines if any(lines) else None)
