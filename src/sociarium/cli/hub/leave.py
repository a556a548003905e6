"""Leaving an experiment: what becomes of what is not saved."""

from __future__ import annotations

from sociarium.cli.hub.editor import Editor, runs_stay
from sociarium.cli.hub.save import save
from sociarium.cli.questions.answers import Leave, TypedAnswer

_SAVE, _KEEP, _THROW = "save", "keep", "throw"


def may_leave(editor: Editor) -> bool:
    """Ask what becomes of what is not saved; returns whether the page may be left."""
    if not editor.is_changed:
        editor.draft.remove()
        return True
    entries = [
        TypedAnswer("Save it", _SAVE),
        TypedAnswer("Keep it as a draft, and go on later", _KEEP),
        TypedAnswer("Throw the changes away", _THROW),
    ]
    hint = runs_stay(editor.runs) if editor.runs else ""
    then = editor.prompts.choose(f"{editor.draft.title!r} is not saved as it stands:", entries, hint=hint)
    match then:
        case "save":
            return save(editor) is not None
        case "keep":
            editor.draft.keep(editor.document, ())
            say_draft(editor)
            return True
        case "throw":
            editor.draft.remove()
            return True
    return False


def say_draft(editor: Editor) -> None:
    """Where a draft is, and when it is offered."""
    editor.context.show(f"It is kept, and offered in the menu ({editor.draft.path}).", "dim")


def leave_hub(editor: Editor) -> None:
    """After Ctrl-C: whether the draft is kept; it is, where nobody says."""
    is_written = (editor.is_changed and set(editor.document) - {"environment"}) or editor.draft.answers
    if editor.draft.path is None or not is_written:
        editor.draft.remove()
        return
    try:
        is_kept = editor.prompts.confirm(f"Keep what you wrote of {editor.draft.title!r} as a draft?")
    except Leave:
        is_kept = True
    if is_kept is False:
        editor.draft.remove()
    else:
        say_draft(editor)
