"""The part Announcements: what the researcher says into a conversation, or posts into a feed."""

from __future__ import annotations

import re
from functools import partial

from sociarium.cli.hub.answers import ask_line, ask_whole
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.new_things import NAME, ask_new_name, new_position, run_new
from sociarium.cli.hub.page import PageRow
from sociarium.cli.hub.steps import HubStep
from sociarium.cli.hub.texts import TextPlace, open_text, text_value, write_text
from sociarium.cli.hub.things import Kind, open_things
from sociarium.cli.questions.answers import Back
from sociarium.cli.questions.checks import nonempty
from sociarium.cli.questions.completion import names
from sociarium.editing.announcements import OUTSIDE, add_announcement, announcer, usual_announcer
from sociarium.editing.document import is_a_feed
from sociarium.editing.people import remove_named, rename_named
from sociarium.editing.people_names import handle_fault, handles
from sociarium.experiment.conversation.definition import RESEARCHER
from sociarium.experiment.problems import Loc

_MOST_NAMED = 10
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def open_announcements(editor: Editor) -> None:
    """The page of announcements."""
    feed = is_a_feed(editor.document)
    kind = Kind(
        "events",
        "announcement",
        lambda event: f"day {event.get('day', 1)}: {text_value(event.get('post' if feed else 'text'))}",
        _feed_rows if feed else _rows,
        _add,
        lambda document, old, new: rename_named(document, "events", old, new),
        lambda document, name: remove_named(document, "events", name),
    )
    hint = (
        "What you put before everybody on a fixed day, in the name of one of the people or of an account outside, "
        "such as a newspaper. A version without words posts nothing, which is the comparison to make."
        if feed
        else "Something that you say into the conversation at a fixed moment, and everybody reads. "
        "For example: All cells will be searched. A version without words says nothing."
    )
    open_things(editor, "Announcements:", kind, hint=hint)


def _place(editor: Editor, loc: Loc) -> TextPlace:
    if is_a_feed(editor.document):
        return TextPlace(
            (*loc, "post"), "The post:", hint="As it stands on the network.", has_self=False, is_needed=True
        )
    return TextPlace((*loc, "text"), "What is said:", has_self=False, is_needed=True)


def _rows(editor: Editor, loc: Loc) -> list[PageRow]:
    event = editor.value(loc) or {}
    return [
        PageRow("What is said", partial(open_text, editor, _place(editor, loc)), text_value(event.get("text"))),
        PageRow("Day", partial(_ask_day, editor, loc), str(event.get("day", 1))),
        PageRow("After messages of that day", partial(_ask_after, editor, loc), str(event.get("after_message", 0))),
        PageRow("Who says it", partial(_ask_speaker, editor, loc), str(event.get("author", RESEARCHER))),
    ]


def _feed_rows(editor: Editor, loc: Loc) -> list[PageRow]:
    event = editor.value(loc) or {}
    return [
        PageRow("The post", partial(open_text, editor, _place(editor, loc)), text_value(event.get("post"))),
        PageRow("Day", partial(_ask_day, editor, loc), str(event.get("day", 1))),
        PageRow("Time", partial(_ask_time, editor, loc), str(event.get("time", "00:00"))),
        PageRow("Comes again after days", partial(_ask_every, editor, loc), str(event.get("every", 0))),
        PageRow("Who posts it", partial(_ask_poster, editor, loc), f"@{event.get('author', '?')}"),
    ]


def _ask_day(editor: Editor, loc: Loc) -> bool:
    return ask_whole(editor, (*loc, "day"), "On which day?", least=1, usual=1)


def _ask_after(editor: Editor, loc: Loc) -> bool:
    return ask_whole(
        editor,
        (*loc, "after_message"),
        "After how many messages of that day?",
        hint="0: before the first one.",
        least=0,
        usual=0,
    )


def _ask_speaker(editor: Editor, loc: Loc) -> bool:
    before = editor.value((*loc, "author"))
    answer = editor.prompts.text(
        "Who says it?", hint="As it stands before the words.", default=before or RESEARCHER, check=nonempty
    )
    if isinstance(answer, Back):
        return False
    editor.set(
        (*loc, "author"), None if answer == RESEARCHER and before is None else announcer(editor.document, answer)
    )
    return True


def _ask_time(editor: Editor, loc: Loc) -> bool:
    return ask_line(
        editor,
        (*loc, "time"),
        "At what time of the day?",
        hint="Such as: 09:30. Empty: when the day begins.",
        check=lambda line: "" if not line.strip() or _TIME.fullmatch(line.strip()) else "Write it like 09:30.",
    )


def _ask_every(editor: Editor, loc: Loc) -> bool:
    return ask_whole(
        editor,
        (*loc, "every"),
        "After how many days does it come again?",
        hint="7: every week. 0: it is posted once.",
        least=0,
        usual=0,
    )


def _ask_poster(editor: Editor, loc: Loc) -> bool:
    people = handles(editor.document)
    named = f" People: {', '.join(people[:_MOST_NAMED])}." if people else ""
    answer = editor.prompts.text(
        "Who posts it?",
        hint=f"A handle: of one of the people, or of an account outside that only posts, such as: {OUTSIDE}.{named}",
        default=editor.value((*loc, "author")) or usual_announcer(editor.document),
        check=lambda line: handle_fault(line, ()),
        complete=names(people),
    )
    if isinstance(answer, Back):
        return False
    editor.set((*loc, "author"), announcer(editor.document, answer))
    return True


def _add(editor: Editor) -> bool:
    loc: Loc = ("events", new_position(editor, "events"))
    feed = is_a_feed(editor.document)
    steps = [
        HubStep(NAME, lambda _: ask_new_name(editor, loc, add_announcement, hint="A short word, such as: search")),
        HubStep("day", lambda _: _ask_day(editor, loc)),
        HubStep("every", lambda _: _ask_every(editor, loc), lambda _: feed),
        HubStep("after", lambda _: _ask_after(editor, loc), lambda _: not feed),
        HubStep("author", lambda _: _ask_poster(editor, loc) if feed else _ask_speaker(editor, loc)),
        HubStep("text", lambda _: write_text(editor, _place(editor, loc))),
    ]
    return run_new(editor, steps, loc, "new announcement")
