"""What fits where the cursor stands on a command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sociarium.cli.completion.table import CommandRow, OptionRow

FILES = ("FILE", "SOURCE", "DIR")
"""Kinds of values that are paths."""
_KINDS = {"TARGET": ("EXPERIMENT", "SWEEP", "RUN")}
_OF_THE_PROGRAM = {
    "--help": "show what there is",
    "--version": "print the version and leave",
    "--install-completion": "let this shell complete commands, options and what is in the store",
    "--show-completion": "print what --install-completion installs",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that fits, and what it is."""

    value: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What fits.

    Attributes:
        files: whether paths fit too.
    """

    candidates: Sequence[Candidate] = ()
    files: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """Where the cursor stands.

    Attributes:
        kinds: what may stand there: EXPERIMENT, SWEEP, RUN, FACTOR, FACTOR=LEVEL, ROLE, MODEL, CREATOR.
        typed: the word so far.
        options: the values that options before it have.
        arguments: those before it.
    """

    kinds: Sequence[str]
    typed: str
    options: Mapping[str, str] = field(default_factory=dict)
    arguments: Sequence[str] = ()


Look = Callable[[Position], Iterable[Candidate]]
"""Looks up in the store what fits."""


def completion(
    before: Sequence[str], typed: str, *, commands: Mapping[str, str], table: Mapping[str, CommandRow], look: Look
) -> Candidates:
    """What fits after the words `before`, where `typed` is begun.

    Args:
        commands: with what they do.
    """
    words = [word for word in before if word not in {"-h", "--help"}]
    if words[:1] == ["help"]:
        words = words[1:]
        table = {}
    if not words:
        described = commands if not typed.startswith("-") else _OF_THE_PROGRAM
        return _fitting(typed, (Candidate(name, _short(help_)) for name, help_ in described.items()))
    if words[0] in {"--install-completion", "--show-completion"}:
        return _fitting(typed, map(Candidate, ("bash", "zsh", "fish")))
    row = table.get(words[0])
    return _of_command(words[1:], typed, row, look) if row else Candidates()


def _of_command(words: Sequence[str], typed: str, row: CommandRow, look: Look) -> Candidates:
    arguments: list[str] = []
    options: dict[str, str] = {}
    waiting: OptionRow | None = None
    are_over = False
    for word in words:
        name, equals, value = word.partition("=")
        option = None if are_over or not word.startswith("-") else row.option(name)
        if waiting is not None:
            options[waiting.names[0]] = word
            waiting = None
        elif word == "--" and not are_over:
            are_over = True
        elif option is None:
            arguments.append(word)
        elif option.value and not equals:
            waiting = option
        else:
            options[option.names[0]] = value
    if waiting is not None:
        return _of_value(_position(waiting.value, waiting, typed, options, arguments), waiting.choices, look)
    if typed.startswith("-") and not are_over:
        name, equals, value = typed.partition("=")
        option = row.option(name)
        if equals and option is not None and option.value:
            inner = _of_value(_position(option.value, option, value, options, arguments), option.choices, look)
            return Candidates([Candidate(f"{name}={one.value}", one.help) for one in inner.candidates])
        open_ = (one for one in row.options if one.is_repeated or one.names[0] not in options)
        return _fitting(typed, (Candidate(name, _short(one.help)) for one in open_ for name in one.names))
    if len(arguments) >= len(row.arguments):
        return Candidates()
    kind = row.arguments[len(arguments)].strip("[]")
    choices = kind.split("|") if kind.islower() else ()
    return _of_value(_position(kind, None, typed, options, arguments), choices, look)


def _position(
    kind: str, option: OptionRow | None, typed: str, options: Mapping[str, str], arguments: Sequence[str]
) -> Position:
    if option is not None and kind == "NAME":
        kind = "CREATOR" if "--creator" in option.names else "SWEEP NAME" if "--sweep" in option.names else kind
    kinds = [each for one in kind.split("|") for each in _KINDS.get(one, (one,))]
    return Position(kinds, typed, options, arguments)


def _of_value(position: Position, choices: Sequence[str], look: Look) -> Candidates:
    if choices:
        return _fitting(position.typed, map(Candidate, choices))
    files = any(kind in FILES for kind in position.kinds)
    # A path that is begun is no title.
    if "/" in position.typed and files:
        return Candidates(files=True)
    return Candidates(_fitting(position.typed, look(position)).candidates, files)


def _fitting(typed: str, candidates: Iterable[Candidate]) -> Candidates:
    return Candidates([one for one in candidates if one.value.startswith(typed)])


def _short(text: str) -> str:
    """The beginning of a sentence, which a list has room for."""
    return text.partition(";")[0].partition(": ")[0].rstrip(".")
