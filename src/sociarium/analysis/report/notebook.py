"""A notebook to begin with: the tables of the report, loaded as everybody can, and one figure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from sociarium.exchange.sanitize import one_line
from sociarium.typed_path import typed_path

NAME = "analysis"
SUFFIX = ".ipynb"
_SQLITE = "sqlite:///"

_LOAD = """\
import json

import altair as alt
import sociarium
from scipy import stats

TARGET = {target}
STORE = {store}{comment}

runs_table = sociarium.table("runs", TARGET, store=STORE)
runs = runs_table.to_pandas()
messages = sociarium.table("messages", TARGET, store=STORE).to_pandas()
posts = sociarium.table("posts", TARGET, store=STORE).to_pandas()
probes = sociarium.table("probes", TARGET, store=STORE).to_pandas()
runs.head()"""

_ACCOUNT = """\
# How many runs are in the tables, and why others are not.
account = json.loads(runs_table.schema.metadata[b"sociarium.account"])
account"""

_OUTCOME = """\
# One value a run: the mean of its numeric answers to the first private question, else words a message or post.
finished = runs[runs["state"] == "done"]
answers = probes.dropna(subset=["number"])
if len(answers):
    probe = answers["name"].iloc[0]
    outcome = f"mean answer to {probe}"
    values = answers[answers["name"] == probe].groupby("run")["number"].mean()
else:
    outcome = "words a message"
    texts = messages if len(messages) else posts
    values = texts["content"].fillna("").str.split().str.len().groupby(texts["run"]).mean()
data = finished.set_index("run").join(values.rename("value"), how="inner").reset_index()
factors = [name for name in data.columns if name.startswith("factor.") and data[name].nunique(dropna=False) > 1]
data["condition"] = data[factors[0]].astype(str) if factors else "all runs"
means = data.groupby("condition")["value"].agg(["mean", "count", "sem"]).reset_index()
# By t over runs; nothing where a condition has one run. Altair's own interval is a bootstrap, too short for few runs.
half = stats.t.ppf(0.975, (means["count"] - 1).clip(lower=1)) * means["sem"]
means["low"], means["high"] = means["mean"] - half, means["mean"] + half
means"""

_FIGURE = """\
# Each point is a run; the bar is the mean over runs with its 95 % t interval.
title = factors[0].removeprefix("factor.") if factors else ""
base = alt.Chart(data[["condition", "value"]]).encode(x=alt.X("condition:N", title=title))
points = base.mark_circle(opacity=0.5).encode(y=alt.Y("value:Q", title=outcome))
over = alt.Chart(means).encode(x=alt.X("condition:N", title=title))
interval = over.transform_filter("isValid(datum.low)").mark_rule().encode(y=alt.Y("low:Q", title=outcome), y2="high:Q")
mean = over.mark_tick(thickness=2, color="black").encode(y=alt.Y("mean:Q", title=outcome))
figure = (points + interval + mean).properties(width=320, height=240)
figure"""

_FURTHER = """\
Columns are declared in `docs/reference/tables.md`. Results of the report stand beside it in `results/`; how they are
computed, and why the unit is the run, is in `docs/statistics.md`."""


def notebook(title: str, target: str, *, store: str, manifest: str) -> str:
    """A notebook, format 4.5, as JSON.

    Args:
        target: what `sociarium.table` takes.
        store: its URL, or the path of an archive. A server's is not written down: the configuration names it, and its
            password.
        manifest: hash of the records as they stand.
    """
    heading = (
        f"# {escape(one_line(title, most=200), quote=False)}\n\nMade by `sociarium analyze --notebook` from records "
        f"with the hash `{manifest}`. Needs `pip install 'sociarium[analysis,figures]'`."
    )
    is_file = store.startswith(_SQLITE) or "://" not in store
    location = str(typed_path(store.removeprefix(_SQLITE)).resolve()) if is_file else None
    comment = "" if is_file else "  # the store of your configuration, which knows its password"
    cells = [
        _cell("title", heading, is_code=False),
        _cell("load", _LOAD.format(target=repr(target), store=repr(location), comment=comment)),
        _cell("account", _ACCOUNT),
        _cell("outcome", _OUTCOME),
        _cell("figure", _FIGURE),
        _cell("further", _FURTHER, is_code=False),
    ]
    tree = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(tree, indent=1) + "\n"


def _cell(id_: str, text: str, *, is_code: bool = True) -> dict[str, Any]:
    lines: Sequence[str] = text.splitlines(keepends=True)
    common: dict[str, Any] = {"id": id_, "metadata": {}, "source": list(lines)}
    if not is_code:
        return {"cell_type": "markdown", **common}
    return {"cell_type": "code", "execution_count": None, "outputs": [], **common}
