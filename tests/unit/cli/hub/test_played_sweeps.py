"""Of several sweeps one is chosen by what came of it, the latest first."""

from __future__ import annotations

from pathlib import Path

import sociarium
from sociarium.cli.command_call import run_command
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.played_sweeps import choose_sweep
from sociarium.cli.questions.answers import TypedAnswer
from sociarium.cli.wizard.context import WizardContext
from sociarium.config import Config
from sociarium.editing.drafts import Draft
from tests.support.definitions import small
from tests.support.scripted_guide import ScriptedPrompts


class _Reading(ScriptedPrompts):
    entries: list[str]

    def choose(self, question: str, entries: object, **_: object) -> object:
        assert isinstance(entries, list)
        self.entries = [entry.text for entry in entries if isinstance(entry, TypedAnswer)]
        return super().choose(question, entries)


def test_the_latest_of_several_sweeps_is_first_with_what_came_of_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    for replicates in (2, 5):
        file = tmp_path / "small.yaml"
        file.write_text(small(sweep=f"{{factors: {{messages: 2}}, replicates: {replicates}}}"), encoding="utf-8")
        sociarium.run(sociarium.load(file), store=url, limit=2)
    prompts = _Reading(["main"])
    context = WizardContext(Config({}), prompts, url, is_configured=True, call_command=run_command)
    with context.store() as store:
        sweeps = store.sweeps()
    chosen = choose_sweep(Editor(context, Draft({}), saved={}, is_kept=False), sweeps, "Which?")
    assert chosen is not None
    assert chosen.replicates == 5
    begun = chosen.created[:16].replace("T", " ")
    assert prompts.entries[0] == f"main · {chosen.creator} · {begun} · 4 of 5 runs done"
    assert prompts.entries[1].endswith("2 of 2 runs done")
