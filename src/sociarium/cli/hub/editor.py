"""The experiment that is open: its document, changed and kept as a draft at once, and where one stands in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sociarium.cli.questions.answers import Back, Step, TypedAnswer
from sociarium.cli.questions.prompts import QuestionPrompts
from sociarium.cli.wizard.context import WizardContext
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.count_text import one_or_many
from sociarium.editing.change import Change
from sociarium.editing.document import Document
from sociarium.editing.drafts import Draft
from sociarium.editing.texts import value_at
from sociarium.editing.values import with_value
from sociarium.errors import BadInput
from sociarium.experiment.problems import Loc

T = TypeVar("T")


@dataclass(slots=True)
class Editor:
    """What every page of an experiment works on.

    Attributes:
        saved: the document as the store has it; empty for one that was never saved.
        runs: how many the saved experiment has.
        resume: where one stood when the draft was left, as far as it is not reached again yet.
        remembered: what was found out from servers in this session.
        is_kept: whether changes are a draft on disk.
    """

    context: WizardContext
    draft: Draft
    saved: Document = field(default_factory=dict)
    runs: int = 0
    resume: list[str] = field(default_factory=list)
    remembered: dict[str, Any] = field(default_factory=dict)
    is_kept: bool = True
    _position: list[str] = field(default_factory=list)
    _headers: list[Step] = field(default_factory=list)

    @property
    def prompts(self) -> QuestionPrompts:
        """Who asks; each question stands under the part that it belongs to."""
        if self._headers:
            return self.context.prompts.at(self._headers[-1])
        return self.context.prompts.at(Step(self._position[0])) if self._position else self.context.prompts

    @property
    def document(self) -> dict[str, Any]:
        """The experiment as it stands."""
        return self.draft.document

    @property
    def is_changed(self) -> bool:
        """Whether it says something that is not saved."""
        return self.document != self.saved

    def value(self, loc: Loc) -> Any:
        """What stands at a path; None where nothing does."""
        return value_at(self.document, loc)

    def put(self, document: Document) -> None:
        """Another document in the place of this one; it is on disk when this returns."""
        if not self.is_kept:
            self.draft.document = dict(document)
        elif document != self.document:
            self.draft.keep(dict(document), self._position)

    def set(self, loc: Loc, value: Any) -> None:
        """Another value at a path; None takes it away."""
        self.put(with_value(self.document, loc, value))

    def apply(self, operation: Callable[[Document], Change], *, question: str = "") -> bool:
        """Change the document; what changes along is said and confirmed before, what cannot be done is said.

        Args:
            question: asked in any case, for what is lost.

        Returns:
            Whether it was done.
        """
        try:
            change = operation(self.document)
        except BadInput as error:
            self.warn(str(error))
            return False
        if (change.sentences or question) and not self._confirm_change(change.sentences, question):
            return False
        self.put(change.document)
        return True

    def _confirm_change(self, sentences: Sequence[str], question: str) -> bool:
        if sentences:
            self.context.screen.print()
            for sentence in sentences:
                self.context.show(sentence)
            if self.runs:
                self.context.show(runs_stay(self.runs), "dim")
        if question:
            return self.prompts.dropping_typed_keys().confirm(question) is True
        entries = [TypedAnswer("Do it", True), TypedAnswer("Leave it as it is", False)]
        return self.prompts.choose("All of this together?", entries) is True

    def warn(self, problem: str) -> None:
        """Show what is wrong."""
        self.context.show(f"! {problem}", "yellow")

    def ask(self, answer: Any, loc: Loc) -> bool:
        """Keep the answer to a question at a path; returns whether there was one."""
        if isinstance(answer, Back):
            return False
        self.set(loc, None if answer == "" else answer)
        return True

    def run_flow(self, flow: Callable[[QuestionFlow], T]) -> T | Back:
        """What questions come to that change the document only once the last is answered.

        Their answers are on disk meanwhile: a draft that is left among them goes on there.
        """
        place = " › ".join(self._position)

        def keep(answers: Mapping[str, Any]) -> None:
            self.draft.answers[place] = dict(answers)
            if self.is_kept:
                self.draft.keep(self.document, self._position)

        answers = self.draft.answers.get(place)
        result = QuestionFlow(self.context.prompts, answers=answers, keep=keep, part=self.step).run(flow)
        # What is made of them is written together with their end.
        self.draft.answers.pop(place, None)
        return result

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        """Stand at a part or thing for as long as a `with` lasts; a draft on disk knows it."""
        self._position.append(name)
        self._keep_position()
        try:
            yield
        finally:
            self._position.pop()
        # Not where an interrupt came from here: the draft is gone on with at that very question.
        self._keep_position()

    def _keep_position(self) -> None:
        if self.draft.path is not None:
            self.draft.keep(self.document, self._position)

    @contextmanager
    def page(self) -> Iterator[None]:
        """Show, for as long as a `with` lasts, the path to where one stands above every question."""
        with self.header(Step(" › ".join(self._position))):
            yield

    @contextmanager
    def header(self, step: Step) -> Iterator[None]:
        """Show a step above every question for as long as a `with` lasts."""
        self._headers.append(step)
        try:
            yield
        finally:
            self._headers.pop()

    @property
    def step(self) -> str:
        """The part of the step that is shown, without the count of its questions."""
        return self._headers[-1].part if self._headers else next(iter(self._position), "")

    def resume_name(self, names: Sequence[str]) -> str | None:
        """Which of some names the draft was left at; None where it was at none of them."""
        if self.resume and self.resume[0] in names:
            return self.resume.pop(0)
        self.resume.clear()
        return None


def runs_stay(runs: int) -> str:
    """What becomes of runs when their experiment is changed."""
    whose = one_or_many(runs, "Its run stays as it is", f"Its {runs:,} runs stay as they are")
    return f"{whose}, under the version before."
