"""Questions one after the other, each of which changes the document itself; Esc goes back by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sociarium.cli.hub.editor import Editor
from sociarium.cli.questions.answers import Step
from sociarium.editing.document import Document


def _always(_document: Document) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class HubStep:
    """A question.

    Attributes:
        name: what it is about.
        ask: puts it and keeps the answer; returns whether there was one.
        applies: whether it is to be asked.
        decides: whether its answer says what comes after it.
    """

    name: str
    ask: Callable[[Editor], bool]
    applies: Callable[[Document], bool] = _always
    decides: bool = False


@dataclass(frozen=True, slots=True)
class StepCourse:
    """How questions are gone through.

    Attributes:
        title: what they are about; it stands above each, with the count of the question.
        first: place of the one to begin with.
        last: place of the last one that is asked now; by default the last of all.
        count: how many there are by what is answered so far, and whether that is all; by default those that apply, and
            all of them once none is left that decides.
    """

    title: str
    first: int = 0
    last: int | None = None
    count: Callable[[Document], tuple[int, bool]] | None = None


def run_steps(editor: Editor, steps: Sequence[HubStep], course: StepCourse) -> bool:
    """Ask one after the other; a draft that was left at one of them goes on there.

    Returns:
        Whether the last one was answered, and not the first one left.
    """
    names = [step.name for step in steps]
    open_name = editor.resume_name(names)
    place, direction = course.first if open_name is None else names.index(open_name), 1
    last = len(steps) - 1 if course.last is None else course.last
    while 0 <= place <= last:
        if steps[place].applies(editor.document):
            direction = 1 if _ask(editor, steps, place, course) else -1
        place += direction
    return place >= 0


def _ask(editor: Editor, steps: Sequence[HubStep], place: int, course: StepCourse) -> bool:
    applies = [step.applies(editor.document) for step in steps]
    is_decided = not any(step.decides for step in steps[place:])
    total, is_all = course.count(editor.document) if course.count else (sum(applies), is_decided)
    header = Step(course.title, sum(applies[: place + 1]), total, is_about=not is_all)
    with editor.header(header), editor.at(steps[place].name):
        return steps[place].ask(editor)
