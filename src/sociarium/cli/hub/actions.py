"""A list whose last line holds actions side by side; the beginning of a name leads to it, and so do the arrows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import questionary
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from questionary.prompts.common import InquirerControl

from sociarium.cli.wizard.prompts import Back, Entry, Prompts


@dataclass(slots=True)
class _Page:
    """What the keys of the list change.

    Attributes:
        names: of the lines, then of the actions.
        lines: how many of the names are lines.
        chosen: place of the action that Enter does.
        typed: the beginning of a name, as far as it was typed.
        title: the line of actions as it is drawn.
        control: of the list that is shown; it holds where the cursor stands.
    """

    names: Sequence[str]
    lines: int
    chosen: int = 0
    typed: str = ""
    title: list[tuple[str, str]] = field(default_factory=list)
    control: InquirerControl | None = None

    @property
    def actions(self) -> Sequence[str]:
        return self.names[self.lines :]

    def draw(self) -> None:
        """Write the line of actions anew, in the same list that the prompt shows."""
        self.title[:] = [("class:text", " ")]
        for place, name in enumerate(self.actions):
            is_chosen = place == self.chosen
            self.title.append(("bold" if is_chosen else "class:text", f"[{name}]" if is_chosen else f" {name} "))

    def turn(self, by: int, event: KeyPressEvent) -> None:
        """Go to the actions, or among them."""
        assert self.control is not None
        if self.control.pointed_at > self.lines:
            self.chosen = (self.chosen + by) % len(self.actions)
        self._go(self.lines + self.chosen, event)

    def jump(self, event: KeyPressEvent) -> None:
        """Go to the first name that begins as it was typed."""
        letters = event.data.casefold()
        for typed in (self.typed + letters, letters):
            for place, name in enumerate(self.names):
                if typed.strip() and name.casefold().startswith(typed):
                    self.typed = typed
                    self._go(place, event)
                    return

    def _go(self, place: int, event: KeyPressEvent) -> None:
        assert self.control is not None
        if place >= self.lines:
            self.chosen = place - self.lines
        # Between the lines and the actions stands an empty line.
        self.control.pointed_at = place if place < self.lines else self.lines + 1
        self.draw()
        event.app.invalidate()


def choose_or_act(
    prompts: Prompts, question: str, entries: Sequence[Entry], actions: Sequence[str], *, default: str | None = None
) -> str | Back:
    """The value of an entry, which is the name of its line, the name of an action, or BACK."""
    names = [str(entry.value) for entry in entries]
    page = _Page([*names, *actions], len(entries), next((n for n, name in enumerate(actions) if name == default), 0))
    page.draw()
    last = questionary.Choice(page.title, value=len(entries))
    choices: list[Any] = [*prompts.choices(entries), questionary.Separator(" "), last]
    asked = questionary.select(
        question,
        choices=choices,
        default=choices[names.index(default)] if default in names else last,
        **prompts.list_style("↑↓ or its first letters, ←→, Enter; Esc: leave"),
    )
    page.control = next(
        control for control in asked.application.layout.find_all_controls() if isinstance(control, InquirerControl)
    )
    bindings = asked.application.key_bindings
    assert isinstance(bindings, KeyBindings)
    bindings.add("right", eager=True)(partial(page.turn, 1))
    bindings.add("left", eager=True)(partial(page.turn, -1))
    bindings.add(Keys.Any)(page.jump)
    chosen = prompts.ask(asked)
    if isinstance(chosen, Back):
        return chosen
    return page.actions[page.chosen] if chosen == len(entries) else names[chosen]
