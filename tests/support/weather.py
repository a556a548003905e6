"""What is compared after a fault: what the server answered, what the journals hold, and what the transcripts say."""

from __future__ import annotations

from collections import Counter
from itertools import count

from tests.servers.answers import Answer, Ask
from tests.servers.stand_in import StandIn
from tests.support.program import Program
from tests.support.server_experiments import assert_verified, runs


class Speaking:
    """A model that never says the same twice; what it said is kept."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._number = count(1)

    def __call__(self, _: Ask) -> Answer:
        self.texts.append(f"Words of the answer {next(self._number)}.")
        return Answer(self.texts[-1])


def assert_nothing_lost(program: Program, served: StandIn, speaking: Speaking, *, sweep: str, number: int) -> None:
    """No message is lost, doubled or invented: each answer that came through is in one journal, once, and is what the
    transcript says; nothing else is.
    """
    assert_verified(program, sweep, number)
    told = runs(program)
    kept = Counter(call["text"] for run in told for call in run["calls"])
    assert set(kept.values()) == {1}, "an answer was used twice"
    assert set(kept) <= set(speaking.texts), "something was made up"
    good = [call for call in served.chats if call.fault is None and call.status == 200]
    assert kept.total() == len(good), "an answer was thrown away"
    assert Counter(message["content"] for run in told for message in run["messages"]) == kept


def assert_kept_once(program: Program, speaking: Speaking, *, sweep: str, number: int, messages: int) -> None:
    """As `assert_nothing_lost`, where the server cannot know which of its answers arrived."""
    assert_verified(program, sweep, number)
    kept = [call["text"] for run in runs(program) for call in run["calls"]]
    assert len(kept) == len(set(kept)) == number * messages
    assert set(kept) <= set(speaking.texts)
