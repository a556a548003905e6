"""What is left of an experiment that was not saved: a draft where something was written, nothing where nothing was."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.cli.command_call import run_command
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.leave import leave_hub
from sociarium.cli.wizard.context import WizardContext
from sociarium.config import Config
from sociarium.editing.drafts import Draft, drafts
from tests.support.scripted_guide import ScriptedPrompts


@pytest.mark.parametrize(("title", "kept"), [(None, []), ("Wing", ["Wing"])])
def test_a_kind_alone_is_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, title: str | None, kept: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    context = WizardContext(
        Config({}), ScriptedPrompts(["yes"]), "sqlite:///:memory:", is_configured=True, call_command=run_command
    )
    editor = Editor(context, Draft())
    editor.set(("environment",), "conversation")
    editor.set(("title",), title)
    leave_hub(editor)
    assert [draft.title for draft in drafts()] == kept
