"""Calls a command by its words, as the command line has them.

A command's module is imported when the command is called, so that `sociarium --help` does not wait for it. The guided
program calls commands too: it is handed `run_command` as the `obj` of typer's context, and imports nothing of this.
"""

from __future__ import annotations

import json
import re
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from sociarium.cli.command_names import COMMANDS, module_name
from sociarium.errors import BadInput
from sociarium.experiment.address import public_text
from sociarium.experiment.problems import did_you_mean


class _Deferred(TyperCommand):
    """A command whose module is imported when it is called."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        name = self.name or ""
        module = import_module(module_name(name))
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(name=self.name, help=f"{COMMANDS[self.name or '']}\n\n{module.__doc__ or ''}")(module.command)
        return typer.main.get_command(app).make_context(info_name, args, parent=parent, **extra)


class _Commands(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            mend = did_you_mean(cmd_name, COMMANDS)
            end = "" if mend.endswith("?") else ";"
            ctx.fail(f"there is no command {cmd_name!r}; {mend}{end} --help names all")
        return _Deferred(cmd_name, help=COMMANDS[cmd_name], short_help=COMMANDS[cmd_name], params=[])


_app = typer.Typer(
    cls=_Commands,
    name="sociarium",
    help="Experiments on groups of language-model agents.",
    add_completion=False,  # the program has its own
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        # A third of the time in which every command starts.
        from importlib.metadata import version

        sys.stdout.write(f"sociarium {version('sociarium')}\n")
        raise typer.Exit


@_app.callback()
def _common(
    version_: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="print the version and leave")
    ] = False,
    install_completion: Annotated[
        bool, typer.Option("--install-completion", help="let bash, zsh or fish complete; a shell may be named after it")
    ] = False,
    show_completion: Annotated[
        bool, typer.Option("--show-completion", help="print what --install-completion installs")
    ] = False,
) -> None:
    """Experiments on groups of language-model agents."""
    if install_completion or show_completion:
        raise BadInput("--install-completion and --show-completion stand first, with the name of a shell after them")


def set_up_completion(option: str, shell: str | None) -> int:
    """Install or print what a shell needs to complete; the shell of the account where none is named.

    Raises:
        BadInput: the shell is not known here.
        SetupError: a file cannot be written.
    """
    from sociarium.cli.completion.scripts import install, script_of, this_shell

    shell = shell or this_shell()
    if option == "--show-completion":
        sys.stdout.write(script_of(shell))
        return 0
    installed = install(shell)
    start = f", which {installed.start} reads" if installed.start else ""
    sys.stdout.write(f"{shell} completes `sociarium` from its next start on: {installed.script}{start}.\n")
    return 0


def run_command(arguments: list[str]) -> int:
    """Call a command; returns the exit code, and raises what the command does."""
    if arguments[:1] in (["--install-completion"], ["--show-completion"]) and not {"-h", "--help"} & {*arguments}:
        return set_up_completion(arguments[0], arguments[1] if arguments[1:] else None)
    command = typer.main.get_command(_app)
    if arguments[:1] == ["help"]:
        arguments = [*(word for word in arguments[1:] if word != "help"), "--help"]
    try:
        if arguments == ["menu"]:
            # There are no words to read, for which typer would load pydantic: the menu is asked at once.
            return int(import_module(module_name("menu")).open_menu(run_command))
        result = command.main(args=arguments, prog_name="sociarium", standalone_mode=False, obj=run_command)
    except typer.Exit as leave:
        return leave.exit_code
    except typer.Abort:
        return 130
    except Exception as error:
        if not hasattr(error, "show") or not hasattr(error, "exit_code"):
            raise
        # A usage error of the command line: an unknown option, a missing argument.
        message = ""
        if isinstance(typed := getattr(error, "message", None), str):
            vars(error)["message"] = message = _with_proposal(public_text(typed))  # it repeats what was typed
        error.show()
        if "--json" in arguments:
            sys.stdout.write(f"{json.dumps({'error': message or str(error), 'exit_code': 2})}\n")
        return 2
    return result if isinstance(result, int) else 0


def _with_proposal(message: str) -> str:
    """What typer says of a word that is none of several, with the nearest of them."""
    match = re.fullmatch(r"(.*)Value error, '(.*)' (is not one of )('.*')\.", message, re.DOTALL)
    if match is None:
        return message
    before, word, between, listed = match.groups()
    names = [name.strip("'") for name in listed.split(", ")]
    return f"{before}{word!r} {between}{listed}; {did_you_mean(word, names)}"
