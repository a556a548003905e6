"""RUN is the beginning of a feed's id, POST a post's, such as p12. It is shared when the run comes to its next
tick. HANDLE is a person's, whose doing it then is (an override), or that of an account outside. One account
shares a post once."""

from __future__ import annotations

from typing import Annotated

import typer

from sociarium.cli.options import JsonOption, StoreOption
from sociarium.cli.put_act import AsOption, RunArgument, act_and_report
from sociarium.runner.run.inputs import Act


def command(
    run: RunArgument,
    post: Annotated[str, typer.Argument(metavar="POST", help="the post's id, as `show RUN` prints it")],
    *,
    author: AsOption,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    act_and_report(run, Act("repost", author, target=post), store=store, as_json=as_json)
