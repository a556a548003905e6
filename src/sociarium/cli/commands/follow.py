"""RUN is the beginning of a feed's id, OTHER the handle of a person of it. It takes effect when the run comes to
its next tick. HANDLE is a person's, whose doing it then is (an override), or that of an account outside."""

from __future__ import annotations

from typing import Annotated

import typer

from sociarium.cli.options import JsonOption, StoreOption
from sociarium.cli.put_act import AsOption, RunArgument, act_and_report
from sociarium.runner.run.inputs import Act


def command(
    run: RunArgument,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="the handle of who is followed")],
    *,
    author: AsOption,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    act_and_report(run, Act("follow", author, target=other), store=store, as_json=as_json)
