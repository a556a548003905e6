"""What stands around every answer: step, question, reason, hint and keys."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from prompt_toolkit.application import Application, get_app, get_app_session
from prompt_toolkit.filters import Condition, is_done
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPress, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import AnyContainer, ConditionalContainer, HSplit, Layout, VerticalAlign, Window
from prompt_toolkit.layout.controls import FormattedTextControl, UIControl
from prompt_toolkit.styles import Style
from questionary import Question

from sociarium.cli.questions.answers import BACK, Leave
from sociarium.cli.questions.wrapping import cells_of, cut, wrapped_lines
from sociarium.exchange.sanitize import sanitize

if sys.platform != "win32":
    import termios

STYLE = Style([
    ("question", "bold"),
    ("step", "dim"),
    ("hint", "dim"),
    ("proposal", "dim"),
    ("answer", "ansimagenta"),
    ("pointed", "bold ansimagenta"),
    ("note", "dim"),
    ("unavailable", "dim"),
    ("mark", "bold ansiyellow"),
    ("reason", "bold"),
])  # fmt: skip
"""One accent that can be read on light and on dark; `!`, `›` and `[x]` say the same without colours."""

INDENT = 2
_KEY_PAUSE = 0.05
"""Seconds in which the keys of one sequence come: a lone Esc is known after that."""
_FEWEST_COLUMNS = 20
_BETWEEN_KEYS = " · "
_MOST_REASON_ROWS = 4
_FEW_ROWS = 10
"""Below these rows a terminal shows the question, its answer and what is wrong with it, and nothing else."""
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ASCII = str.maketrans({"…": "~", "─": "-", "–": "-", "·": "-", "›": ">", "→": ">", "↑": "^", "↓": "v"})

_ENTER = KeyPress(Keys.ControlM, "\r")

Line = StyleAndTextTuples
"""The styled parts of one line."""


@dataclass
class ScreenFrame:
    """What stands around an answer, and changes while it is asked for.

    Attributes:
        keys: what the keys do just now, with ` · ` between them.
        reason: why the answer will not do; empty when it will.
        is_help_open: whether the whole of the hint is shown.
        more: what is shown with the hint once help is open.
        help_key: the key that opens help just now.
    """

    question: str
    step: str = ""
    hint: str = ""
    keys: Callable[[], str] = lambda: ""
    more: str = ""
    help_key: Callable[[], str] = lambda: "?"
    reason: str = ""
    is_help_open: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.question, self.step = sanitize(self.question), sanitize(self.step)
        self.hint = " ".join(sanitize(self.hint).split())

    def head(self) -> list[Line]:
        """The lines above the answer, when the question has lines of its own."""
        return [*self.step_lines(), *self.question_lines()]

    def step_lines(self) -> list[Line]:
        """The lines above the question."""
        return [[("", "")], *self._step()] if rows() >= _FEW_ROWS else []

    def question_lines(self) -> list[Line]:
        """The question."""
        return [[("class:question", " " * INDENT + line)] for line in wrapped_lines(self.question, columns() - INDENT)]

    def foot(self) -> list[Line]:
        """The lines below the answer."""
        width = columns() - 2 * INDENT
        lines: list[Line] = []
        for number, line in enumerate(
            wrapped_lines(sanitize(self.reason), width)[:_MOST_REASON_ROWS] if self.reason else ()
        ):
            lines.append([("class:mark", "  ! " if not number else "    "), ("class:reason", line)])
        if rows() < _FEW_ROWS:
            return lines
        if self.is_help_open:
            text = "\n".join(filter(None, (self.hint, self.more)))
            lines += [[("class:hint", f"    {line}")] for line in wrapped_lines(text, width)]
        elif self.hint:
            end = f"   {self.help_key()}: more" if self.is_hint_long() else ""
            hint = cut(self.hint, max(width - len(end), 1)) + end
            lines.append([("class:hint", f"  ─ {hint}")])
        lines += [[("class:hint", f"    {line}")] for line in _packed_lines(self.keys().split(_BETWEEN_KEYS), width)]
        return lines

    def is_hint_long(self) -> bool:
        """Whether the hint does not fit on its line."""
        return cells_of(self.hint) > columns() - 2 * INDENT

    def toggle_help(self) -> None:
        """Show the whole of the hint, or no longer."""
        self.is_help_open = not self.is_help_open

    def _step(self) -> list[Line]:
        return [[("class:step", f"  {cut(self.step, columns() - INDENT)}")], [("", "")]] if self.step else []


def _packed_lines(parts: Sequence[str], width: int) -> list[str]:
    """Lines of whole parts, as far as a line goes."""
    lines = [parts[0]]
    for part in parts[1:]:
        longer = lines[-1] + _BETWEEN_KEYS + part
        if cells_of(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def columns() -> int:
    """The columns in which a question is drawn; the last stays free, where some terminals would break the line."""
    return max(get_app().output.get_size().columns - 1, _FEWEST_COLUMNS)


def rows() -> int:
    """The rows of the terminal."""
    return get_app().output.get_size().rows


def lines_window(lines: Callable[[], Sequence[Line]]) -> Window:
    """A part of the screen that is just lines, and none where there are none."""
    return Window(FormattedTextControl(lambda: fragments_of(lines())), dont_extend_height=True, always_hide_cursor=True)


def fragments_of(lines: Sequence[Line]) -> StyleAndTextTuples:
    """Lines as prompt_toolkit has them, spelled for the terminal."""
    fragments: StyleAndTextTuples = []
    for number, line in enumerate(lines):
        if number:
            fragments.append(("", "\n"))
        fragments += [(part[0], terminal_text(part[1])) for part in line]
    return fragments


def terminal_text(text: str) -> str:
    """A text with signs that the terminal has."""
    try:
        text.encode(get_app().output.encoding())
    except (UnicodeEncodeError, LookupError):
        return text.translate(_ASCII)
    return text


def readable(text: str) -> str:
    """What a terminal sent, as text: controls but lines and tabs go; bytes of another encoding are Latin letters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", _SURROGATES.sub(_letter, lines))


def _letter(match: re.Match[str]) -> str:
    byte = ord(match[0]) - 0xDC00
    return bytes([byte]).decode("cp1252", "replace") if 0x80 <= byte <= 0xFF else "\N{REPLACEMENT CHARACTER}"


def hidden_when_done(lines: Callable[[], Sequence[Line]]) -> AnyContainer:
    """Lines that go when the question is answered."""
    return ConditionalContainer(lines_window(lines), ~is_done & Condition(lambda: bool(lines())))


def question_of(parts: Sequence[AnyContainer], focus: Window | UIControl, bindings: KeyBindings) -> Question:
    """A question of such parts, from top to bottom."""
    application: Application[object] = Application(
        layout=Layout(HSplit(parts, align=VerticalAlign.TOP), focused_element=focus),
        key_bindings=with_leaving(bindings),
        style=STYLE,
        include_default_pygments_style=False,
    )
    application.ttimeoutlen = _KEY_PAUSE
    application.pre_run_callables.append(lambda: _heed_waiting_escape(application))
    return Question(application)


def _heed_waiting_escape(application: Application[object]) -> None:
    """Take an Esc that came together with the answer before, once it is clear that no sequence follows it."""

    async def flush() -> None:
        await asyncio.sleep(_KEY_PAUSE)
        if not application.is_done:
            application.key_processor.feed_multiple(application.input.flush_keys())
            application.key_processor.process_keys()

    application.create_background_task(flush())


def drop_typed_keys() -> None:
    """Drop what was typed before now: whoever typed it had not read the question that comes."""
    typed = get_app_session().input
    clear_typeahead(typed)
    typed.flush_keys()
    with suppress(NotImplementedError, OSError, ValueError):  # what is typed comes from no file
        if sys.platform != "win32" and os.isatty(typed.fileno()):
            termios.tcflush(typed.fileno(), termios.TCIFLUSH)


def with_leaving(bindings: KeyBindings, back: object = BACK) -> KeyBindings:
    """Key bindings with those that every question has: Esc gives `back`; Ctrl-C and Ctrl-D end it."""

    @bindings.add("escape", eager=True)
    def _(event: KeyPressEvent) -> None:
        finish(event, back, is_erased=True)

    @bindings.add("c-c", eager=True)
    @bindings.add("c-d", eager=True)
    @bindings.add("<sigint>")
    def _(event: KeyPressEvent) -> None:
        event.app.erase_when_done = True  # what stayed would look answered
        event.app.exit(exception=KeyboardInterrupt())

    # Of an Enter that was typed while no question stood there, the terminal made a line feed.
    bindings.add("c-j", eager=True)(lambda event: event.key_processor.feed(_ENTER, first=True))
    # A control sign of no use in any answer.
    bindings.add("c-z", eager=True)(lambda _event: None)
    return bindings


def finish(event: KeyPressEvent, answer: object, *, is_erased: bool = False) -> None:
    """End a question with an answer; erased, nothing of it stays on the screen."""
    # A key that came together with the last one finds the question answered.
    if event.app.is_done:
        return
    event.app.erase_when_done = is_erased
    event.app.exit(result=answer)


def answer_of(question: Question) -> object:
    """What a question comes to.

    Raises:
        Leave: Ctrl-C, Ctrl-D, or there is nobody left to ask.
    """
    sys.stdout.flush()
    try:
        return question.unsafe_ask()
    except (KeyboardInterrupt, EOFError):
        raise Leave from None
