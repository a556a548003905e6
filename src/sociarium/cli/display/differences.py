"""Where two definitions differ, as people read it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from sociarium.cli.display.output import words
from sociarium.exchange.visible import one_line
from sociarium.experiment.paths import Difference

_MOST = 60


def show_differences(screen: Console, found: Sequence[Difference]) -> None:
    """A line for what was there and one for what is there now."""
    for difference in found[:_MOST]:
        screen.print(words(f"  {one_line(difference.path, most=200)}", "bold"), soft_wrap=True)
        if difference.before is not None:
            screen.print(words(f"    - {_told(difference.before)}", "red"), soft_wrap=True)
        if difference.after is not None:
            screen.print(words(f"    + {_told(difference.after)}", "green"), soft_wrap=True)
    if len(found) > _MOST:
        screen.print(f"  ... and {len(found) - _MOST} more; --json lists them")


def _told(value: Any) -> str:
    return one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), most=400)
