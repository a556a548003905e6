"""Asks one question of each kind at a terminal, and says what the answer was.

python -m tests.support.question_program [KIND]...
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from rich.console import Console

from sociarium.cli.questions.answers import BACK, Leave, Step, TypedAnswer
from sociarium.cli.questions.checks import whole
from sociarium.cli.questions.completion import names, paths, placeholders
from sociarium.cli.questions.prompts import QuestionPrompts

CITIES = [
    TypedAnswer("Malmö", "malmo", "on the Öresund, opposite København"),
    TypedAnswer("Łódź", "lodz", "mills"),
    TypedAnswer("Минск", "minsk", "trams"),
    TypedAnswer("北京", "beijing", "six ring roads"),
    TypedAnswer("São Paulo", "sao paulo", "traffic"),
    TypedAnswer("Ulm", "ulm", "a tower", unavailable="being cleaned"),
    TypedAnswer("Llanfair" + "pwllgwyngyll" * 20 + " by the sea", "long", "a station"),
]
MANY = [TypedAnswer(f"Run {number}", number, f"condition {number % 7}") for number in range(1, 481)]
LONG_HINT = (
    "All days together; 10 over 2 days are 5 and 5. What is left over goes to the first days, and a day that would be "
    "empty is refused."
)
OPENING = "The judge has left the room, and nobody knows for how long. You have ten minutes to come to terms. "

KINDS: dict[str, Callable[[QuestionPrompts], Any]] = {
    "text": lambda prompts: prompts.at(Step("Perform", 3, 6)).text(
        "How many messages in a conversation?", default="5", hint=LONG_HINT, check=whole(1, 100)
    ),
    "completed": lambda prompts: prompts.text(
        "Which text?",
        complete=lambda text: placeholders(["guard", "prisoner"])(text) or names(["Prison", "Jury"])(text),
    ),
    "path": lambda prompts: prompts.text("Which file?", complete=paths),
    "long": lambda prompts: prompts.long_text("The starting message:", default=OPENING * 3, hint=LONG_HINT),
    "secret": lambda prompts: prompts.secret("Password:"),
    "choose": lambda prompts: prompts.choose("Which city?", CITIES, hint="Where it takes place."),
    "many": lambda prompts: prompts.choose("Which run?", MANY, default=100),
    "several": lambda prompts: prompts.several("Which cities?", CITIES, least=1),
    "confirm": lambda prompts: prompts.confirm("Start these conversations?", default=False),
    "whole": lambda prompts: prompts.whole("How many days?", least=1, most=9, default=2),
    "order": lambda prompts: prompts.order("Who speaks first?", CITIES[:5]),
}


def main() -> int:
    prompts = QuestionPrompts(Console(markup=False, highlight=False), str.upper)
    try:
        for kind in sys.argv[1:] or KINDS:
            answer = KINDS[kind](prompts)
            sys.stdout.write(f"{kind} answer: {'BACK' if answer is BACK else answer!a}\n")
    except Leave:
        sys.stdout.write("left\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
