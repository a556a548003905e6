"""A night with power cuts: a sweep is killed again and again, and nothing is missing or double in the end."""

from __future__ import annotations

from random import Random

from tests.acceptance.sweeps import Played

OPEN = 16
KILLED = -9


KILLS = 60


def points(seed: int) -> list[str]:
    """Moments of death: after a seeded n-th call, or before, inside or after a seeded n-th commit of each kind.

    Finishes come last: by then the runs that are taken up again are short of their end.
    """
    draw = Random(seed)
    most = {"append": 6, "claim": 1, "place": 1, "beat": 1, "save": 1, "begin": 1}
    early = [f"{when}:{what}:{draw.randint(1, most[what])}" for what in most for when in ("before", "inside", "after")]
    late = [f"{when}:finish:1" for when in ("before", "inside", "after")]
    calls = [f"call:{draw.randint(1, 40)}" for _ in range(KILLS - len(early) - len(late))]
    mixed = early + calls
    draw.shuffle(mixed)
    return mixed + late


def test_sixty_kills_leave_every_conversation_complete(played: Played) -> None:
    # The lease is an hour: a restart must see by itself that the process before it is gone.
    played.environment["SOCIARIUM_LEASE"] = "3600"
    for kills, point in enumerate(points(seed=20), start=1):
        assert played.play("--kill", point, "--concurrency", str(OPEN)) == KILLED, f"not reached: {point}"
        assert played.calls() - played.count("journal") <= kills * OPEN, f"after {kills} kills, the last at {point}"
    assert played.play() == 0
    played.assert_complete(64)
    asked = played.calls()
    assert asked - played.count("journal") <= KILLS * OPEN
    assert played.play() == 0
    assert played.calls() == asked, "running again asked a model"


def test_a_kill_while_nothing_is_stored_yet_loses_nothing(small_sweep: Played) -> None:
    for point in ("before:save:1", "inside:save:1", "after:begin:1", "before:beat:1", "inside:place:1"):
        assert small_sweep.play("--kill", point) == KILLED
    assert small_sweep.play() == 0
    small_sweep.assert_complete(24)
    assert small_sweep.calls() == small_sweep.count("journal")
