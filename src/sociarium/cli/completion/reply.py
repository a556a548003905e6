"""The program's answer to a shell that completes a word."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from threading import Thread

from sociarium.cli.completion.candidates import Candidate, Candidates, Position, completion
from sociarium.cli.completion.from_store import look_up
from sociarium.cli.completion.line import CommandLine, bash_word, read_line
from sociarium.cli.completion.table import read_table

_PATIENCE = 2.0
"""Seconds that a store has: who pressed Tab waits."""


def answer(shell: str, words: Sequence[str], commands: Mapping[str, str]) -> None:
    """Write what fits, silently and whatever happens.

    The first line says `files` where paths fit too, else `words`; each line after it is a word, and but for bash a tab
    and what it is.

    Args:
        words: after the program's name; the last is the one at the cursor. Of bash the one word is the whole line.
        commands: with what they do.
    """
    lines: list[str] = []
    worker = Thread(target=_collect, args=(lines, shell, words, commands), daemon=True)
    worker.start()
    worker.join(_PATIENCE)
    sys.stdout.write("".join(f"{line}\n" for line in lines or ["words"]))


def _collect(lines: list[str], shell: str, words: Sequence[str], commands: Mapping[str, str]) -> None:
    try:
        line = _line(shell, words)
        result = completion(line.before, line.typed, commands=commands, table=read_table(), look=_silently)
        lines.extend(_lines(shell, line, result))
    except Exception:  # noqa: BLE001  # a shell that completes shows nothing but words
        lines.clear()


def _line(shell: str, words: Sequence[str]) -> CommandLine:
    if shell == "bash":
        line = read_line("".join(words))
        return CommandLine(line.before[1:], line.typed, line.raw, line.quote)
    *before, typed = words or [""]
    # Whole words come without their quotes, the one at the cursor as it is typed.
    begun = read_line(typed)
    return CommandLine(tuple(before), begun.typed, typed, begun.quote)


def _silently(position: Position) -> Iterable[Candidate]:
    try:
        return list(look_up(position))
    except Exception:  # noqa: BLE001  # paths are offered beside a store that cannot be read
        return []


def _lines(shell: str, line: CommandLine, result: Candidates) -> list[str]:
    head = "files" if result.files else "words"
    if shell == "bash":
        breaks = os.environ.get("COMP_WORDBREAKS", "=:")
        return [head, *(bash_word(one.value, line, breaks) for one in result.candidates)]
    return [head, *(f"{one.value}\t{one.help}" for one in result.candidates)]
