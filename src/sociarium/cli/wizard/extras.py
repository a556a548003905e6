"""What else an experiment may have: a record of each day, private questions, announcements, and how it is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sociarium.cli.questions.answers import Entry
from sociarium.cli.questions.checks import nonempty, unused_name
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.cli.wizard.lists import names
from sociarium.cli.wizard.text_input import PlaceholderRules, is_varied, text
from sociarium.editing.document import Document, modelled_roles, with_part
from sociarium.experiment.prompts.sections import STARTING_PROMPT

_ADD, _DONE = "\0add", "\0done"
_SUMMARY = (
    "You keep the record. You are given what was said on one day. Write down in at most six sentences what happened, "
    "who wanted what, and what was agreed or refused. Name people as they are named."
)
_MOMENTS = [
    Entry("before the first message", "start"),
    Entry("at the end of each day", "each_day"),
    Entry("at the very end", "end"),
]


def note(asking: QuestionFlow, tree: Document) -> Document:
    """A note, and whether it is a favourite."""
    note_text = asking.long_text(
        "note", "A note for yourself and your colleagues:", hint="Or nothing.", default=tree.get("note", "")
    )
    starred = asking.confirm("favourite", "Mark it as a favourite?", default=bool(tree.get("favourite", False)))
    return with_part(with_part(tree, "note", note_text), "favourite", starred)


def summarizer(asking: QuestionFlow, tree: Document) -> Document:
    """Who sums up a day for the next."""
    before = tree.get("summarizer", ())
    is_used = asking.confirm(
        "summaries",
        "Should each day be summed up for the next?",
        hint="With several days every day begins with an empty memory; a summary by a model tells the agents what "
        "happened before. Without it they know nothing of earlier days.",
        default=bool(before) or "summarizer" not in tree,
    )
    if not is_used:
        return with_part(tree, "summarizer", None)
    former = {section["title"]: section for section in before}
    line = asking.text(
        "summary titles",
        "Sections of the instructions for the summaries:",
        hint=f"Usually one is enough: {STARTING_PROMPT}. Several are separated by commas.",
        default=", ".join(former) or STARTING_PROMPT,
        check=nonempty,
    )
    sections = []
    for title in names(line):
        stands = former.get(title, {})
        content = text(
            asking,
            f"summary/{title}",
            f"{title} of the summaries:",
            before=stands.get("content", "" if former else _SUMMARY),
            rules=PlaceholderRules(tree["roles"], has_self=False, needed=True),
            varied=is_varied(stands.get("content")),
            hint="What the summarizing model is told; it reads the day's conversation after it.",
        )
        sections.append({**stands, "title": title, "content": content})
    return {**tree, "summarizer": sections}


def probes(asking: QuestionFlow, tree: Document) -> Document:
    """Private questions to the agents."""
    return ask_list(
        asking,
        tree,
        "probes",
        "private question",
        "Agents answer it by themselves; nobody reads the answer, and it does not enter the conversation. "
        "For example: How far do you trust the guard, from 0 to 10?",
        _probe,
    )


def events(asking: QuestionFlow, tree: Document) -> Document:
    """What the researcher says into the conversation."""
    return ask_list(
        asking,
        tree,
        "events",
        "announcement",
        "Something that you say into the conversation at a fixed moment, and everybody reads. "
        "For example: All cells will be searched.",
        _event,
    )


def ask_list(
    asking: QuestionFlow,
    tree: Document,
    key: str,
    what: str,
    hint: str,
    ask: Callable[[QuestionFlow, Document, Sequence[str]], dict[str, Any]],
) -> Document:
    written: list[dict[str, Any]] = list(tree.get(key, ()))
    article = "an" if what[0] in "aeiou" else "a"
    turn = 0
    while True:
        turn += 1
        here = asking.below(f"{key}/{turn}")
        names_used = [one["name"] for one in written]
        entries = [
            Entry("No, that is all" if written else "No", _DONE),
            Entry("Yes, one more" if written else "Yes", _ADD),
        ]
        entries += [Entry(f"Take {name!r} out", name) for name in names_used]
        so_far = f" So far: {', '.join(names_used)}." if names_used else ""
        action = here.choose(
            "what", f"Do you want {'another' if written else article} {what}?{so_far}", entries, hint=hint
        )
        if action == _DONE:
            return with_part(tree, key, written)
        written = (
            [*written, ask(here, tree, names_used)]
            if action == _ADD
            else [one for one in written if one["name"] != action]
        )


def table_name(asking: QuestionFlow, others: Sequence[str], example: str) -> str:
    return asking.text(
        "name",
        "Its name in your tables:",
        hint=f"A short word, such as: {example}",
        check=unused_name(others),
    )


def _probe(asking: QuestionFlow, tree: Document, others: Sequence[str]) -> dict[str, Any]:
    probe: dict[str, Any] = {"name": table_name(asking, others, "trust")}
    readers = modelled_roles(tree)
    whom = readers
    if len(readers) > 1:
        whom = asking.several("of", "Who is asked?", [Entry(role, role) for role in readers], default=readers, least=1)
    if whom != list(tree["roles"]):
        probe["of"] = whom
    probe["at"] = asking.several("at", "When?", _MOMENTS, default=["end"], least=1)
    rules = PlaceholderRules(tree["roles"], needed=True)
    probe["ask"] = asking.long_text(
        "ask", "The question:", hint="As you would ask a person.", check=rules.check, complete=rules.complete
    )
    kind = asking.choose(
        "kind",
        "How is it answered?",
        [
            Entry("with a whole number on a scale", "scale"),
            Entry("by choosing one of several answers", "choices"),
            Entry("in words of their own", "words"),
        ],
    )
    if kind == "scale":
        least = asking.whole("from", "The scale begins at:", least=-(10**6), most=10**6, default=0)
        most = asking.whole("to", "and ends at:", least=least + 1, most=10**7, default=least + 10)
        probe["answer"] = {"from": least, "to": most}
    elif kind == "choices":
        line = asking.text(
            "choices",
            "The answers:",
            hint="Separated by commas, such as: yes, no, undecided",
            check=lambda line_typed: "" if len(names(line_typed)) > 1 else "Write at least two, separated by commas.",
        )
        probe["answer"] = {"choices": names(line)}
    return probe


def _event(asking: QuestionFlow, tree: Document, others: Sequence[str]) -> dict[str, Any]:
    name = table_name(asking, others, "search")
    day = asking.whole("day", "On which day?", least=1, default=1)
    after = asking.whole(
        "after", "After how many messages of that day?", hint="0: before the first one.", least=0, default=0
    )
    author = asking.text(
        "author", "Who says it?", hint="As it stands before the words.", default="Researcher", check=nonempty
    )
    varied = asking.confirm("varied", "Do you want to compare several versions of it?", default=False)
    event_text = text(
        asking,
        "text",
        "What is said:",
        before=None,
        rules=PlaceholderRules(tree["roles"], has_self=False, needed=not varied),
        varied=varied,
        hint="An empty version says nothing, which is the comparison to make." if varied else "",
    )
    event: dict[str, Any] = {"name": name, "day": day, "after_message": after, "text": event_text}
    usual: Mapping[str, Any] = {"day": 1, "after_message": 0}
    event = {key: value for key, value in event.items() if key not in usual or usual[key] != value}
    return event if author == "Researcher" else {**event, "author": author}
