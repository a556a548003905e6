"""The part What is compared: factors and their levels, what changes together, what is left out, how often."""

from __future__ import annotations

from functools import partial
from typing import Any

from sociarium.cli.hub.answers import ask_whole
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.levels import ask_levels, settables_of
from sociarium.cli.hub.page import NOTHING, PageRow, open_page
from sociarium.cli.hub.settings import setting_rows
from sociarium.cli.hub.together import add_together, open_exclusions, open_together
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import unused_name
from sociarium.editing.comparison import add_sweep, compared_factors, levels_of, sweep_locs
from sociarium.editing.document import is_a_feed
from sociarium.editing.factors import is_linked
from sociarium.editing.levels import typed_text
from sociarium.editing.words import slot_words
from sociarium.experiment.definition import ONLY_SWEEP
from sociarium.experiment.problems import Loc
from sociarium.experiment.sweep import Sweep

_MOST_REPLICATES = 10**9


def open_comparison(editor: Editor) -> None:
    """The page of the comparison, or of several."""
    if "sweeps" in editor.document:
        open_page(editor, "Comparisons:", lambda: _sweep_rows(editor))
    else:
        open_sweep(editor, ("sweep",), "What is compared:")


def _sweep_rows(editor: Editor) -> list[PageRow]:
    rows = [
        PageRow(name, partial(open_sweep, editor, loc, f"{name}:"), " × ".join(_factor_names(editor, loc)) or NOTHING)
        for name, loc in sweep_locs(editor.document).items()
    ]
    return [*rows, PageRow("Add a comparison", partial(_add_sweep, editor))]


def open_sweep(editor: Editor, sweep: Loc, title: str) -> None:
    """The page of one comparison."""
    open_page(
        editor, title, lambda: _rows(editor, sweep),
        hint="Every combination of what is compared is played, as often as you say.",
    )  # fmt: skip


def _factor_names(editor: Editor, sweep: Loc) -> list[str]:
    return [slot_words(editor.document, name) for name in compared_factors(editor.document, sweep)]


def _rows(editor: Editor, sweep: Loc) -> list[PageRow]:
    spec = editor.value(sweep) or {}
    noun = "Runs" if is_a_feed(editor.document) else "Conversations"
    rows = []
    for name, raw in (spec.get("factors") or {}).items():
        linked = is_linked(raw)
        levels_text = ", ".join(str(level.get("name")) for level in raw) if linked else typed_text(levels_of(raw))
        ask = partial(open_together if linked else _ask_factor, editor, sweep, name)
        label = name if linked else slot_words(editor.document, name)
        rows.append(PageRow(label[:1].upper() + label[1:], ask, levels_text))
    rows += [
        PageRow("Compare or set something", partial(_add_factor, editor, sweep)),
        PageRow("Let several change together", partial(add_together, editor, sweep)),
        PageRow("Leave combinations out", partial(open_exclusions, editor, sweep), str(len(spec.get("exclude") or ()))),
        PageRow(f"{noun} for each setting", partial(ask_replicates, editor, sweep), str(spec.get("replicates", 1))),
        *setting_rows(editor, sweep, Sweep, ("seed", "streams", "order", "canary", "stop_when", "sequential")),
        *_beside_rows(editor, sweep),
    ]
    return rows


def ask_replicates(editor: Editor, sweep: Loc) -> bool:
    """How often each condition is played."""
    return ask_whole(
        editor,
        (*sweep, "replicates"),
        f"How many {'runs' if is_a_feed(editor.document) else 'conversations'} for each setting?",
        hint="Models answer differently each time: 10 or more show how much. 1 is enough for a first look.",
        least=1,
        most=_MOST_REPLICATES,
        usual=1,
    )


def _ask_factor(editor: Editor, sweep: Loc, name: str) -> bool:
    slots = settables_of(editor)
    if not slots:
        return False
    if name not in slots:
        return _drop_factor(editor, sweep, name)
    return ask_levels(editor, sweep, slots[name])


def _drop_factor(editor: Editor, sweep: Loc, name: str) -> bool:
    label = slot_words(editor.document, name)
    sure = editor.prompts.confirm(f"{label} is not there to be compared. Take it out?")
    if sure is not True:
        return False
    factors: dict[str, Any] = editor.value((*sweep, "factors"))
    editor.set((*sweep, "factors"), {one: raw for one, raw in factors.items() if one != name} or None)
    return True


def _add_factor(editor: Editor, sweep: Loc) -> bool:
    slots = settables_of(editor)
    free = [name for name in slots if name not in (editor.value((*sweep, "factors")) or {})]
    if not free:
        return False
    entries = [TypedAnswer(slot_words(editor.document, name), name) for name in free]
    chosen = editor.prompts.choose(
        "What should be compared, or set?",
        entries,
        hint="A text needs versions first: write them where it stands, under Sections or Opening. With one value "
        "something is set, with several it is compared.",
    )
    return not isinstance(chosen, Back) and ask_levels(editor, sweep, slots[chosen])


def _beside_rows(editor: Editor, sweep: Loc) -> list[PageRow]:
    if "sweeps" not in editor.document:
        return [PageRow("A second comparison", partial(_add_sweep, editor))] if editor.document.get("sweep") else []
    if len(editor.document["sweeps"]) > 1:
        return [PageRow("Take this comparison out", lambda: editor.set(sweep, None))]
    return []


def _add_sweep(editor: Editor) -> None:
    names = list(sweep_locs(editor.document))
    name = editor.prompts.text(
        "Name of the new comparison:", hint="It begins as a copy of the first.", check=unused_name(names)
    )
    if not isinstance(name, Back):
        editor.put(add_sweep(editor.document, name, former=ONLY_SWEEP))
