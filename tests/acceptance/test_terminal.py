"""Long work on a real terminal: the display is drawn, and the terminal is left as it was found."""

from __future__ import annotations

from dataclasses import replace

import pexpect
import pytest

from tests.support.program import Program


@pytest.mark.slow
def test_the_demo_is_drawn_live(program: Program) -> None:
    demo = replace(program, fresh=True).terminal("demo")
    demo.expect("The east wing .offline")
    demo.expect("messages/s")
    demo.expect("Guard_[0-9]{3}")
    demo.expect("16 of 16 runs done")
    demo.expect(pexpect.EOF)
    demo.close()
    assert demo.exitstatus == 0


@pytest.mark.slow
def test_an_interrupt_on_the_terminal_leaves_it_clean(program: Program) -> None:
    demo = replace(program, fresh=True).terminal("demo")
    demo.expect("messages/s")
    demo.expect("Guard_[0-9]{3}")
    demo.sendintr()
    demo.expect("runs are left")
    rest = demo.read()
    demo.close()
    assert demo.exitstatus == 130
    shown = str(demo.before) + rest
    assert "Traceback" not in shown
    # The cursor, hidden while the display is drawn, is back.
    assert shown.rfind("\x1b[?25l") <= shown.rfind("\x1b[?25h")
