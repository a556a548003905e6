"""The `sociarium` command: which commands there are, and how errors leave the program.

A command's module is imported when the command is called, so that `sociarium --help` does not wait for it.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import sys
from contextlib import suppress
from importlib import import_module
from keyword import iskeyword
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from sociarium.cli.display.command_hints import with_pasteable_commands
from sociarium.cli.output_stream import OutputFailed, ReaderGone, drop_output, open_input, open_output
from sociarium.errors import BadInput, DefinitionError, SociariumError
from sociarium.experiment.address import public_text
from sociarium.experiment.problems import did_you_mean

COMMANDS = {
    "menu": "The guided program: set up, run, look back, duplicate, export. Also without any command.",
    "new": "The guided set-up of a new experiment.",
    "demo": "Run a small sweep offline, from beginning to end.",
    "plan": "Show what an experiment file comes to: conditions, runs, calls, tokens, warnings.",
    "run": "Run an experiment's sweep; what is done already is not done again.",
    "resume": "Go on with a sweep where it was left.",
    "status": "Show how a sweep stands.",
    "pause": "Pause a sweep, or one model of it, wherever it is played.",
    "continue": "End a pause, or take back what was cancelled.",
    "cancel": "Take conditions, runs, a model or all that is left out of a sweep.",
    "steer": "Change how a sweep is played: concurrency, limits, budgets; try again what failed; put runs first.",
    "list": "List experiments, sweeps or runs.",
    "show": "Show a run's transcript.",
    "compare": "Show two runs side by side, turn by turn.",
    "measure": "Compute measures of what was said, and keep them beside the runs.",
    "judge": "Put a rubric to judge models about what was said, beside the runs.",
    "results": "Show what a sweep's private questions and messages come to, by condition.",
    "analyze": "Write a report of a sweep or experiment: tables, figures, one page.",
    "compare-humans": "Compare runs with what people answered or wrote, or with a census.",
    "hypotheses": "Show an experiment's hypotheses and their hash, or write them for deposit.",
    "view": "Look at experiments, sweeps and transcripts in a browser.",
    "annotate": "Draw what is labelled, write and read blinded sheets, and show how far annotators agree.",
    "ask": "Ask an agent at a moment of a run, or of every run of a sweep, beside the run.",
    "post": "Speak into a feed while it is played: post, answer or quote.",
    "like": "Let somebody like a post of a feed while it is played.",
    "repost": "Let somebody share a post of a feed while it is played.",
    "follow": "Let somebody follow a person of a feed while it is played.",
    "fork": "Let a run go on otherwise from a moment, or all runs of a sweep with a sham beside each.",
    "extend": "Let a run, or all runs of a sweep, go on after the end.",
    "replay": "Verify a run, or all runs of a sweep, against their journals, without a model.",
    "duplicate": "Make an experiment of one's own from anyone's.",
    "edit": "Change the note of an experiment or run, or mark it as a favourite.",
    "delete": "Delete an experiment, a sweep or a run, with all that was kept of it.",
    "forget": "Take away what a person left in the store: a history, posts, labels.",
    "export": "Write runs into files.",
    "verify": "Check an archive, offline: every part, every run's id, every journal.",
    "import": "Bring in an archive, an experiment file, or another store.",
    "models": "Check which models of a file answer, or fetch those that are missing.",
    "doctor": "Look at everything that could stop tonight's sweep.",
    "schema": "Print the JSON Schema of experiment files.",
}
"""Command -> what it does, in a sentence; each is a module of `cli.commands` with a function `command`.

A command whose name is a keyword of Python has a module with an underscore after it, `import_`; a hyphen is an
underscore there, `compare_humans`."""


def module_name(command: str) -> str:
    """The module of a command."""
    return f"sociarium.cli.commands.{command.replace('-', '_')}{'_' if iskeyword(command) else ''}"


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


def run_program() -> NoReturn:
    """The program as a process of its own: `main`, and its end."""
    code: object = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    if "pyreqwest" not in sys.modules:
        sys.exit(code if isinstance(code, int) else 0)
    # Its threads are none of Python's: one that lets go of something while the interpreter takes itself apart ends the
    # process with a crash, and with another exit code than the one that was meant.
    atexit._run_exitfuncs()
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0)


def main(arguments: list[str] | None = None) -> None:
    """Run the program and leave it with the right exit code; never with a traceback."""
    words_typed = sys.argv[1:] if arguments is None else arguments
    if (shell := os.environ.get("_SOCIARIUM_COMPLETE")) is not None:
        _complete_and_leave(shell, words_typed)
    open_input()
    open_output()
    try:
        code = _run_reporting_errors(words_typed)
        sys.stdout.flush()
    except ReaderGone:
        drop_output()
        code = 0
    except OutputFailed as error:
        drop_output()
        sys.stderr.write(f"Error: the output cannot be written: {error}\n")
        code = OutputFailed.exit_code
    sys.exit(code)


def _complete_and_leave(shell: str, words_typed: list[str]) -> NoReturn:
    """Tell a shell what fits on its command line; at once, whatever else is still under way."""
    from sociarium.cli.completion.reply import answer

    with suppress(Exception):
        answer(shell, words_typed, COMMANDS)
        sys.stdout.flush()
    os._exit(0)


def _run_reporting_errors(words_typed: list[str]) -> int:
    """Call a command and say what went wrong; only what keeps it from being said is raised."""
    try:
        return run_command(words_typed or ["menu"])
    except (ReaderGone, OutputFailed):
        raise
    except SociariumError as error:
        report_error(error, as_json="--json" in words_typed)
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return 130
    except Exception as error:  # noqa: BLE001  # nobody should meet a traceback; the log has it
        report_error(unforeseen_error(error), as_json="--json" in words_typed)
        return 1


def unforeseen_error(error: Exception) -> SociariumError:
    """What is said of an error that nobody foresaw; its traceback goes into a log of its own."""
    from loguru import logger

    from sociarium.cli.logs import session_log

    message = f"a fault of Sociarium, {type(error).__name__}: {public_text(str(error))}"
    try:
        log = session_log("fault")
    except SociariumError:
        return SociariumError(f"{message}; its details could not be logged")
    logger.opt(exception=error).error("a fault")
    return SociariumError(f"{message}; please report it with {log}. Nothing that was stored is lost")


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
            import_module("sociarium.cli.commands.menu").command()
            return 0
        result = command.main(args=arguments, prog_name="sociarium", standalone_mode=False)
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


def report_error(error: SociariumError, *, as_json: bool = False) -> None:
    """Say what went wrong on stderr and, where it is wanted, as JSON."""
    from sociarium.cli.display.output import console, words

    # What was typed in a wrong place may be an address, too.
    message = with_pasteable_commands(public_text(str(error)))
    console(stderr=True).print(words(f"Error: {message}"))
    if as_json:
        report: dict[str, Any] = {"error": message, "exit_code": error.exit_code}
        if isinstance(error, DefinitionError):
            report["problems"] = [
                {
                    "line": problem.line,
                    "path": problem.path,
                    "message": public_text(problem.message),
                    "mend": with_pasteable_commands(problem.mend),
                }
                for problem in error.problems
            ]
        sys.stdout.write(f"{json.dumps(report)}\n")
