"""Questions one after the other, each of which changes the document itself; Esc goes back by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sociarium.cli.hub.editor import Editor
from sociarium.editing.document import Document


def _always(_document: Document) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Step:
    """A question.

    Attributes:
        name: what it is about.
        ask: puts it and keeps the answer; returns whether there was one.
        applies: whether it is to be asked.
    """

    name: str
    ask: Callable[[Editor], bool]
    applies: Callable[[Document], bool] = _always


def run_steps(editor: Editor, steps: Sequence[Step], *, first: int = 0, title: str = "") -> bool:
    """Ask from one step on; returns whether the last one was answered, and not the first one left.

    Args:
        title: shown with the count of the question; a draft that is left at one is gone on with there.
    """
    place, direction = first, 1
    names = [step.name for step in steps]
    if title and (open_name := editor.resume_name(names)) is not None:
        place = names.index(open_name)
    while 0 <= place < len(steps):
        if steps[place].applies(editor.document):
            direction = 1 if _ask(editor, steps, place, title) else -1
        place += direction
    return place >= 0


def _ask(editor: Editor, steps: Sequence[Step], place: int, title: str) -> bool:
    step = steps[place]
    if not title:
        return step.ask(editor)
    applies = [other.applies(editor.document) for other in steps]
    editor.context.screen.print()
    editor.context.show(f"  {title} · {sum(applies[: place + 1])} of {sum(applies)}", "dim")
    with editor.at(step.name):
        return step.ask(editor)
