"""A download is offered, and counted among the questions, only where Ollama said that it lacks the model."""

from __future__ import annotations

from typing import Any

import pytest

from sociarium.cli.command_call import run_command
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.model_servers import is_to_download
from sociarium.cli.wizard.context import WizardContext
from sociarium.config import Config
from sociarium.editing.drafts import Draft
from tests.support.scripted_guide import ScriptedPrompts


@pytest.mark.parametrize(
    ("held", "spec", "is_offered"),
    [
        (["llama3.1:8b"], {"provider": "ollama", "model": "gemma3:4b"}, True),
        (["gemma3:latest"], {"provider": "ollama", "model": "gemma3"}, False),
        (["gemma3:4b"], {"provider": "ollama", "model": "Gemma3:4B"}, False),
        (["gemma3:4b"], {"provider": "ollama", "model": "registry.ollama.ai/library/gemma3:4b"}, False),
        (["ada/gemma3:4b"], {"provider": "ollama", "model": "gemma3:4b"}, True),
        ("Ollama is not reachable", {"provider": "ollama", "model": "gemma3:4b"}, False),
        (None, {"provider": "ollama", "model": "gemma3:4b"}, False),
        (["llama3.1:8b"], {"provider": "ollama"}, False),
        (["llama3.1:8b"], {"provider": "openai", "model": "gpt"}, False),
    ],
)
def test_a_download_is_offered_where_a_reachable_ollama_lacks_the_model(
    held: Any, spec: dict[str, str], is_offered: bool
) -> None:
    context = WizardContext(
        Config({}), ScriptedPrompts(()), "sqlite:///:memory:", is_configured=True, call_command=run_command
    )
    editor = Editor(context, Draft({"models": {"new": spec}}), is_kept=False)
    editor.remembered["ollama"] = held
    assert is_to_download(editor, ("models", "new")) is is_offered
