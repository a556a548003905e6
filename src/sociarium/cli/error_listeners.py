"""Who is told of an error that ends a command, beside whoever typed it: the session's log, where there is one."""

from __future__ import annotations

from collections.abc import Callable

ERROR_LISTENERS: list[Callable[[str], None]] = []
