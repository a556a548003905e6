"""What is read and what is asked in private: the fields of sections and of questions; their texts are below."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sociarium.editing.change import Change, entries_of
from sociarium.editing.document import Document, is_a_feed
from sociarium.editing.questions import MOMENTS, USUAL_MOMENTS, add_question, answer_text, asked_roles, typed_answer
from sociarium.editing.sections import add_section, readers, remove_section, rename_section, share_section
from sociarium.editing.texts import value_at
from sociarium.errors import BadInput
from sociarium.experiment.problems import Loc
from sociarium.viewer.pages.edit_fields import (
    EditAddition,
    EditButton,
    EditField,
    EditGroup,
    EditPart,
    Sent,
    entry_name_field,
    last_value,
    name_of,
    named_groups,
    several_field,
    value_field,
)

_EACH = "each"
_READ = "What is read before anything is said, in this order. The texts are below."
_ASKED = (
    "Each is answered alone: nobody reads the answer, and it enters no conversation and no feed. The questions’ own "
    "words are below."
)
_ANSWER = "The answer: a scale as 0-10, or choices as yes, no; empty: in words of their own"


def sections_part(document: Document) -> EditPart:
    """The sections that agents or people read."""
    groups = tuple(
        _section_group(document, position, str(section.get("title", "")), is_shared="shared" in section)
        for position, section in entries_of(document, "sections")
    )
    title = EditField(name_of("new", "sections", "title"), "Its title, which stands above the text", ("",), hint="Goal")
    choices = (("", "all read the same"), (_EACH, "each role reads a text of its own"))
    whom = EditField(name_of("new", "sections", "readers"), "Who reads it", ("",), kind="choice", choices=choices)
    text = EditField(name_of("new", "sections", "text"), "What is read; where each role begins with its own", ("",),
                     kind="text")  # fmt: skip

    def add(document: Document, sent: Sent) -> Change:
        written = last_value(sent, text.name)
        if not written.strip():
            raise BadInput("Write what is read under this title.")
        return add_section(document, last_value(sent, title.name), written, is_shared=not last_value(sent, whom.name))

    return EditPart(
        "sections", "Sections", groups, _READ, (EditAddition("One more section", (title, whom, text), add),)
    )


def _section_group(document: Document, position: int, title: str, *, is_shared: bool) -> EditGroup:
    if position == 0 and not is_a_feed(document):
        return EditGroup("", ())
    loc: Loc = ("sections", position)
    other = f"Let each role read its own {title}" if is_shared else f"Let all read the same {title}"
    buttons = (
        EditButton(
            other,
            name_of("readers", "sections", title),
            partial(share_section, title=title, is_shared=not is_shared),
        ),
        EditButton(f"Take {title} out", name_of("remove", "sections", title), partial(remove_section, title=title)),
    )
    return EditGroup(title, (entry_name_field(loc, "Its title", title, rename_section),), buttons)


def questions_part(document: Document) -> EditPart:
    """The private questions."""
    groups = named_groups(document, "probes", _question_fields)
    return EditPart("questions", "Private questions", groups, _ASKED, (_new_question(document),))


def _question_fields(document: Document, loc: Loc) -> tuple[EditField, ...]:
    roles = readers(document)
    answer = value_field(document, (*loc, "answer"), _ANSWER, read=typed_answer)
    answer = replace(answer, values=(answer_text(value_at(document, answer.loc)),))
    whom = several_field(document, (*loc, "of"), "Who is asked; none marked: all", [(role, role) for role in roles],
                         read=partial(asked_roles, document))  # fmt: skip
    return (
        answer,
        *((whom,) if len(roles) > 1 else ()),
        several_field(document, (*loc, "at"), "When", list(MOMENTS.items())),
    )


def _new_question(document: Document) -> EditAddition:
    def field(key: str, label: str, **options: object) -> EditField:
        return EditField(name_of("new", "probes", key), label, ("",), **options)  # type: ignore[arg-type]

    roles = [(role, role) for role in readers(document)]
    name = field("name", "Its name in your tables", hint="trust")
    answer = field("answer", _ANSWER, hint="0-10")
    ask = field("ask", "The question", kind="text")
    whom = EditField(name_of("new", "probes", "of"), "Who is asked; none marked: all", (), kind="several",
                     choices=tuple(roles))  # fmt: skip
    when = EditField(name_of("new", "probes", "at"), "When; none marked: at the very end", (), kind="several",
                     choices=tuple(MOMENTS.items()))  # fmt: skip

    def add(document: Document, sent: Sent) -> Change:
        if not last_value(sent, ask.name).strip():
            raise BadInput("Write the question.")
        question = {
            "name": last_value(sent, name.name),
            "of": asked_roles(document, sent.get(whom.name, ())),
            "at": [moment for moment in sent.get(when.name, ()) if moment] or list(USUAL_MOMENTS),
            "ask": last_value(sent, ask.name),
            "answer": typed_answer(last_value(sent, answer.name)),
        }
        return add_question(document, {key: value for key, value in question.items() if value is not None})

    fields = (name, answer, ask, *((whom,) if len(roles) > 1 else ()), when)
    return EditAddition("One more private question", fields, add)
