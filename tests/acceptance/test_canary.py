"""The canary of a sweep as people see it: status, show, the report; with several workers, too."""

from __future__ import annotations

import pytest

from tests.servers.answers import Answer, Ask, words_of
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.support.definitions import small
from tests.support.program import Program
from tests.support.server_experiments import entry

LIGHTHOUSE = "lighthouse keeper"


def is_canary(messages: object) -> bool:
    return LIGHTHOUSE in str(messages)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_model_that_drifts_while_workers_play_is_told_wherever_the_sweep_is(program: Program, workers: int) -> None:
    def drifting(ask: Ask) -> Answer:
        asked = [chat for chat in served.chats if is_canary(chat.json["messages"])]
        return Answer("<img src=x> Calm.") if is_canary(ask.messages) and len(asked) > 1 else words_of(ask)

    with openai_server(OpenAIDialect(answering=drifting), latency=0.02) as served:
        models = f"{{gpt: {entry(served, temperature=0)}}}"
        sweep = "{factors: {messages: [2, 4]}, replicates: 6, canary: true}"
        told = program("run", program.file(small(models=models, sweep=sweep)), "--yes", "--workers", str(workers),
                       "--concurrency", "2")  # fmt: skip
        assert told.code == 0, told.err
        canaries = [chat for chat in served.chats if is_canary(chat.json["messages"])]
    assert "Answers of gpt to the canary changed" in " ".join(f"{told.out} {told.err}".split())
    status = program("status", "--json").json
    answers = status["canary"]["answers"]
    assert len(canaries) == len(answers)
    assert [answers[0]["moment"], answers[-1]["moment"]] == ["start", "end"]
    assert status["canary"]["changes"][0]["model"] == "gpt"
    assert status["steering"]["orders"] == [], "nobody steered it"
    assert "Answers of gpt to the canary changed between the start" in " ".join(program("status").out.split())
    shown = program("show", status["sweep"][:12], "--canary")
    assert "<img src=x> Calm." in shown.out
    assert program("analyze", "Small", "--out", "report").code == 0
    page = (program.folder / "report" / "report.html").read_text(encoding="utf-8")
    assert "changed between the start" in page
    assert "<img src=x>" not in page
