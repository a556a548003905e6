"""Where two definitions differ, as people read it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from sociarium.cli.display.output import words
from sociarium.exchange.sanitize import one_line
from sociarium.experiment.changes import Difference

_MOST = 60


def show_differences(screen: Console, differences: Sequence[Difference]) -> None:
    """A line for what was there and one for what is there now."""
    for line in difference_lines(differences):
        screen.print(line)


def difference_lines(differences: Sequence[Difference]) -> list[Text]:
    """What `show_differences` shows, by line."""
    lines = []
    for difference in differences[:_MOST]:
        lines.append(words(f"  {one_line(difference.path, most=200)}", "bold"))
        if difference.before is not None:
            lines.append(words(f"    - {_value_text(difference.before)}", "red"))
        if difference.after is not None:
            lines.append(words(f"    + {_value_text(difference.after)}", "green"))
    if len(differences) > _MOST:
        lines.append(Text(f"  ... and {len(differences) - _MOST} more; --json lists them"))
    return lines


def _value_text(value: Any) -> str:
    return one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), most=400)
