"""Which commands there are, in the order in which they are listed."""

from __future__ import annotations

from keyword import iskeyword

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
