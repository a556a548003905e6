"""What a comparison comes to, in the words of the page."""

from __future__ import annotations

from dataclasses import replace

from sociarium.api.plans import plan_sweep, stored_runs_in
from sociarium.cli.display.hypotheses import hypotheses_value, show_hypotheses
from sociarium.cli.display.plan import show_plan
from sociarium.cli.hub.editor import Editor
from sociarium.editing.plan_words import factor_words, warning_words
from sociarium.exchange.definition_files import sweep_name
from sociarium.experiment.definition import Definition


def show_comparison(editor: Editor, definition: Definition, name: str) -> bool:
    """Show the plan of a comparison; raises `SociariumError` where there can be none.

    Returns:
        True.
    """
    context, document = editor.context, editor.document
    sweep = sweep_name(definition, name)
    stored = stored_runs_in(context.url, definition, sweep, creator=context.config.creator)
    plan = plan_sweep(definition, sweep, measured=stored.measured)
    plan = replace(
        plan,
        factors=factor_words(document, plan.factors),
        shared=[[factor_words(document, condition) for condition in group] for group in plan.shared],
        schedule={
            variant: [{**change, "set": factor_words(document, change["set"])} for change in changes]
            for variant, changes in plan.schedule.items()
        },
        warnings=[warning_words(document, warning) for warning in (*plan.warnings, *stored.remarks)],
    )
    show_plan(definition.title, plan)
    show_hypotheses(hypotheses_value(definition, sweep))
    return True
