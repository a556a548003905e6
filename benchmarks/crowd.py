"""A feed of 100,000 people: what a person's day costs in it, against one of 1,000. Takes minutes and some gigabytes."""

from __future__ import annotations

from benchmarks.feed import cost

FEW, MANY = 1_000, 100_000
DAYS = 1
MOST_GROWTH = 1.3


def report() -> None:
    """Print the cost of a person's day in either, and the ratio."""
    few, many = (cost(people, days=DAYS) for people in (FEW, MANY))
    print(f"  offline, {DAYS} day, scale-free follows; without the model's share")
    for one in (few, many):
        print(
            f"  {one.people:7,} people   {one.milliseconds:5.2f} ms CPU a person-day   "
            f"{one.kilobytes:5.0f} kB of peak memory a person"
        )
    print(f"  ratio {many.milliseconds / few.milliseconds:.2f} (bound {MOST_GROWTH})")
