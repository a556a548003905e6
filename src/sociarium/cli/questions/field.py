"""A field that a text is typed into: on as many rows as it needs, with a proposal, checks and completion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.data_structures import Point
from prompt_toolkit.document import Document
from prompt_toolkit.filters import is_done
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import AnyContainer, Dimension, DynamicContainer, HSplit, VSplit, Window
from prompt_toolkit.layout.controls import BufferControl, UIContent

from sociarium.cli.questions.checks import Check
from sociarium.cli.questions.completion import Complete, Suggestion, common_start, nothing_to_complete
from sociarium.cli.questions.screen import (
    INDENT,
    Line,
    ScreenFrame,
    columns,
    hidden_when_done,
    lines_window,
    readable,
    rows,
    terminal_text,
)
from sociarium.cli.questions.wrapping import (
    ScreenLine,
    cells_of,
    cut,
    position_below,
    row_number,
    rows_of,
    sign_width,
    visible,
)

_BESIDE = 3
"""Spaces between a question and the answer beside it."""
_LEAST_BESIDE = 24
"""Columns that a field needs to stand beside its question."""


@dataclass(frozen=True, slots=True)
class FieldKind:
    """What a field is for.

    Attributes:
        is_long: whether it takes several lines, and is edited as it stands.
        is_hidden: whether it shows stars.
    """

    is_long: bool = False
    is_hidden: bool = False


class Field:
    """The state of a field; the keys are in `field_keys`.

    Attributes:
        is_proposal: whether what stands there was proposed, and typing replaces it.
        completions: what Tab offers, while it does.
    """

    def __init__(
        self,
        frame: ScreenFrame,
        *,
        default: str,
        check: Check,
        kind: FieldKind,
        complete: Complete = nothing_to_complete,
    ) -> None:
        self.frame = frame
        self.kind = kind
        self.default = default
        self.completions: Sequence[Suggestion] = ()
        self._chosen = -1
        self._check = check
        self.can_complete = complete is not nothing_to_complete
        self._complete = complete
        self.buffer = Buffer(multiline=kind.is_long)
        self.buffer.reset(Document(default, len(default) if kind.is_long else 0))
        self.is_proposal = bool(default) and not kind.is_long
        self.control = _WrappedControl(self)
        self.buffer.on_text_changed += lambda _buffer: self._notice_change()

    def parts(self) -> list[AnyContainer]:
        """The screen, from top to bottom."""
        field = Window(self.control, dont_extend_height=True, height=self._height)
        label = lines_window(self.frame.question_lines)
        gap = cells_of(self.frame.question) + INDENT + _BESIDE
        label_beside = Window(
            label.content, dont_extend_height=True, width=Dimension.exact(gap), always_hide_cursor=True
        )
        indent = Window(width=INDENT, dont_extend_height=True)
        beside = VSplit([label_beside, field])
        below = HSplit([label, VSplit([indent, field])])
        place = DynamicContainer(
            lambda: beside if not self.kind.is_long and columns() - gap >= _LEAST_BESIDE else below
        )
        above = hidden_when_done(self.frame.step_lines)
        return [above, place, hidden_when_done(self._offer), hidden_when_done(self.frame.foot)]

    def answer(self) -> str:
        """What stands there."""
        return readable(self.buffer.text).strip()

    def is_untouched(self) -> bool:
        """Whether nothing was typed yet."""
        return self.is_proposal or not self.buffer.text

    def is_accepted(self) -> bool:
        """Check what stands there; the reason why it will not do is shown."""
        self.frame.reason = self._check(self.answer())
        return not self.frame.reason

    def type(self, text: str) -> None:
        """Insert what was typed, in place of a proposal."""
        typed = readable(text)
        if not self.kind.is_long:
            typed = " ".join(typed.split("\n"))
        if self.is_proposal:
            self.buffer.reset(Document(""))
        self.buffer.insert_text(typed)

    def clear(self) -> None:
        """Take the proposal away."""
        self.buffer.reset(Document(""))
        self._notice_change()

    def keep(self, *, at_start: bool = False) -> None:
        """Keep the proposal, or bring it back, to be edited."""
        if not self.buffer.text:
            self.buffer.text = self.default
        self.is_proposal = False
        self.buffer.cursor_position = 0 if at_start else len(self.buffer.text)

    def move_rows(self, by: int) -> None:
        """Move the cursor by rows of the screen."""
        text = self.buffer.text
        self.buffer.cursor_position = position_below(text, self.control.rows(), self.buffer.cursor_position, by)

    def complete(self, by: int = 1) -> None:
        """Put what all completions have in common before the cursor, then one after the other."""
        if self.is_proposal:
            self.keep()
        if self.completions:
            self._chosen = (self._chosen + by) % len(self.completions) if self._chosen >= 0 or by > 0 else -1
            self._put(self.completions[self._chosen].start, self.completions[self._chosen].text)
            return
        before = self.buffer.document.text_before_cursor
        completions = list(self._complete(before))
        if not completions:
            self.frame.reason = "Nothing completes this." if self.can_complete else ""
            return
        start, common = completions[0].start, common_start(completions)
        if all(completion.start == start for completion in completions) and len(common) > len(before) - start:
            self._put(start, common)
        elif len(completions) == 1:
            self._put(start, completions[0].text)
        self.completions = completions if len(completions) > 1 else ()
        self._chosen = -1

    def _put(self, start: int, text: str) -> None:
        # What is put there is no change of whoever types.
        completions, chosen = self.completions, self._chosen
        rest = self.buffer.document.text_after_cursor
        self.buffer.document = Document(self.buffer.text[:start] + text + rest, start + len(text))
        self.completions, self._chosen = completions, chosen

    def _offer(self) -> list[Line]:
        """The completions, on one line, from a page on that has the chosen one."""
        if not self.completions:
            return []
        room = columns() - 2 * INDENT
        first = 0
        for number in range(max(self._chosen, 0) + 1):
            if cells_of("  ".join(each.text for each in self.completions[first : number + 1])) > room:
                first = number
        line: Line = [("", " " * (2 * INDENT))]
        for number, completion in enumerate(self.completions[first:], start=first):
            text = cut("".join(map(visible, completion.text)), room)
            line.append(("class:pointed underline" if number == self._chosen else "class:hint", text))
            room -= cells_of(text) + 2
            if room <= 1:
                break
            line.append(("", "  "))
        return [line]

    def _notice_change(self) -> None:
        self.is_proposal = False
        self.completions = ()
        self._chosen = -1
        if self.frame.reason:
            self.is_accepted()

    def _height(self) -> Dimension:
        needed = len(self.control.rows())
        if is_done():
            return Dimension.exact(needed)
        around = len(self.frame.head()) + len(self.frame.foot()) + 1
        return Dimension(min=1, max=max(rows() - around, 1), preferred=needed)


class _WrappedControl(BufferControl):
    """The text of a field with word wrap."""

    def __init__(self, field: Field) -> None:
        super().__init__(field.buffer)
        self._field = field
        self._width = 80

    def rows(self) -> list[ScreenLine]:
        """The rows of the text, as they were drawn."""
        return rows_of(self._visible_text(), self._width)

    def create_content(self, width: int, height: int, preview_search: bool = False) -> UIContent:
        # The cursor needs a column after the last sign.
        self._width = max(width - 1, 2)
        text, drawn = self._visible_text(), self.rows()
        number = row_number(drawn, self.buffer.cursor_position)
        style = "class:proposal" if self._field.is_proposal and not is_done() else "class:answer"

        def line(row: int) -> StyleAndTextTuples:
            return [(style, self._fitting(text[drawn[row].start : drawn[row].end])), ("", " ")]

        before = self.buffer.cursor_position - drawn[number].start
        x = min(before, len(self._fitting(text[drawn[number].start : drawn[number].end])))
        return UIContent(get_line=line, line_count=len(drawn), cursor_position=Point(x=x, y=number))

    def _visible_text(self) -> str:
        return "*" * len(self.buffer.text) if self._field.kind.is_hidden else self.buffer.text

    def _fitting(self, text: str) -> str:
        """A row without the spaces that reach beyond the width."""
        used = 0
        for position, sign in enumerate(text):
            used += sign_width(sign)
            if used > self._width:
                return "".join(map(_terminal_sign, text[:position]))
        return "".join(map(_terminal_sign, text))


def _terminal_sign(sign: str) -> str:
    return terminal_text(visible(sign))
