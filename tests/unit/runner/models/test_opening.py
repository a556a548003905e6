"""Hours in which a server may be asked: over midnight, with summer time, and with clocks that are set."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from sociarium.errors import RateLimited
from sociarium.experiment.opening_hours import next_opening, open_minutes, read_hours
from sociarium.ports.model import ModelReply, ServedReply
from sociarium.ports.observer import News, Waiting, WaitingOver
from sociarium.runner.models.endpoint import Endpoint, EndpointAway
from sociarium.runner.models.endpoint_limits import EndpointLimits
from sociarium.runner.models.retry_policy import RetryPolicy
from sociarium.runner.workers.shutdown import StopSwitch
from tests.support.virtual_time import run

BERLIN = ZoneInfo("Europe/Berlin")
GOOD = ServedReply(ModelReply("yes"), {}, 0.0)
NIGHT = (read_hours("22:00-07:00"),)


@pytest.fixture(autouse=True)
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


class Wall:
    """A clock whose wall time begins at a moment, passes as the loop's does, and can be set."""

    def __init__(self, start: datetime) -> None:
        self._start = start.astimezone(UTC)
        self.set_by = timedelta()

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    def now(self) -> str:
        moment = self._start + timedelta(seconds=self.monotonic() - 1000.0) + self.set_by
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    @property
    def local(self) -> datetime:
        return datetime.fromisoformat(self.now()).astimezone(BERLIN)


class Heard:
    def __init__(self) -> None:
        self.news: list[News] = []

    def notice(self, news: News) -> None:
        self.news.append(news)


def endpoint(clock: Wall, heard: Heard | None = None, **limits: object) -> Endpoint:
    return Endpoint(
        "server",
        EndpointLimits(hours=NIGHT, **limits),  # type: ignore[arg-type]  # of the keywords of a test
        policy=RetryPolicy(),
        clock=clock,
        observer=heard or Heard(),
        stop=StopSwitch(),
    )


def asked_at(clock: Wall, began: list[datetime], seconds: float = 1.0) -> Callable[[], object]:
    async def ask() -> ServedReply:
        began.append(clock.local)
        await asyncio.sleep(seconds)
        return GOOD

    return ask


def begun(start: datetime, *, hours: float, seconds: float = 600.0) -> list[datetime]:
    """When calls began that were made one after another for so many hours."""
    clock, began = Wall(start), list[datetime]()

    async def work() -> None:
        one = endpoint(clock)
        while clock.monotonic() < 1000.0 + hours * 3600:
            await one.call(asked_at(clock, began, seconds))  # type: ignore[arg-type]

    run(work)
    return began


@pytest.mark.slow
def test_calls_begin_only_within_the_hours_over_midnight() -> None:
    began = begun(datetime(2026, 1, 15, 12, 0, 30, tzinfo=BERLIN), hours=36)
    assert all(one.hour >= 22 or one.hour < 7 for one in began)
    assert (began[0].hour, began[0].minute) == (22, 0)
    gaps = [(before, after) for before, after in pairwise(began) if after - before > timedelta(hours=1)]
    assert [(one.hour, other.hour, other.minute) for one, other in gaps] == [(6, 22, 0)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("night", "hours"),
    [(datetime(2026, 3, 28, 21, tzinfo=BERLIN), 8), (datetime(2026, 10, 24, 21, tzinfo=BERLIN), 10)],
    ids=["spring", "autumn"],
)
def test_a_night_in_which_summer_time_begins_or_ends_has_its_hours_by_the_clock_on_the_wall(
    night: datetime, hours: int
) -> None:
    began = begun(night, hours=20, seconds=60.0)
    assert (began[0].hour, began[0].minute) == (22, 0)
    tonight = [one for one in began if one - began[0] < timedelta(hours=16)]
    assert (tonight[-1].hour, tonight[-1].minute) in {(6, 59), (6, 58)}
    passed = tonight[-1].astimezone(UTC) - began[0].astimezone(UTC)
    assert timedelta(hours=hours) - timedelta(minutes=2) <= passed <= timedelta(hours=hours)


def test_a_clock_that_is_set_is_seen_within_a_minute() -> None:
    clock, began = Wall(datetime(2026, 1, 15, 12, 0, tzinfo=BERLIN)), list[datetime]()

    async def work() -> float:
        asked = asyncio.create_task(endpoint(clock).call(asked_at(clock, began)))  # type: ignore[arg-type]
        await asyncio.sleep(1800)
        assert not began
        set_at = clock.monotonic()
        clock.set_by = timedelta(hours=10, minutes=30)
        await asked
        return clock.monotonic() - set_at

    assert run(work) <= 62.0


def test_what_waits_for_its_hours_says_until_when_and_is_over_when_they_begin() -> None:
    clock, heard = Wall(datetime(2026, 1, 15, 20, 0, tzinfo=BERLIN)), Heard()

    async def work() -> tuple[str, str]:
        one = endpoint(clock, heard, open=2)
        asked = [asyncio.create_task(one.call(asked_at(clock, []))) for _ in range(5)]  # type: ignore[arg-type]
        await asyncio.sleep(60)
        before = one.waiting
        await asyncio.gather(*asked)
        return before, one.waiting

    assert run(work) == ("outside its hours until 22:00", "")
    assert [news.what if isinstance(news, Waiting) else "" for news in heard.news
            if isinstance(news, Waiting | WaitingOver)] == ["server, outside its hours until 22:00", ""]  # fmt: skip


def test_calls_that_wait_for_hours_go_out_at_once_when_others_are_ordered() -> None:
    clock, began = Wall(datetime(2026, 1, 15, 12, 0, tzinfo=BERLIN)), list[datetime]()

    async def work() -> float:
        one = endpoint(clock)
        asked = [asyncio.create_task(one.call(asked_at(clock, began, 0.5))) for _ in range(3)]  # type: ignore[arg-type]
        await asyncio.sleep(10)
        one.change_limits(EndpointLimits())
        changed = clock.monotonic()
        await asyncio.gather(*asked)
        assert one.waiting == ""
        return clock.monotonic() - changed

    assert run(work) == pytest.approx(0.5)


@pytest.mark.slow
def test_a_day_outside_of_its_hours_is_no_absence_that_ends_patience() -> None:
    clock, refused = Wall(datetime(2026, 1, 15, 6, 59, 50, tzinfo=BERLIN)), [0]

    async def ask() -> ServedReply:
        refused[0] += 1
        if refused[0] < 4:
            raise RateLimited("429", retry_after=20.0)
        return GOOD

    async def work() -> int:
        _, attempts = await endpoint(clock).call(ask)
        return attempts

    assert run(work) == 4


def test_a_server_outside_of_its_hours_sends_calls_to_another_that_is_there() -> None:
    clock = Wall(datetime(2026, 1, 15, 12, 0, tzinfo=BERLIN))

    async def work() -> None:
        one = endpoint(clock)
        assert not one.is_there
        assert not one.is_ready
        with pytest.raises(EndpointAway):
            await one.call(asked_at(clock, []), elsewhere=lambda: True)  # type: ignore[arg-type]

    run(work)


def test_hours_of_several_entries_hold_together() -> None:
    both = EndpointLimits(hours=NIGHT).and_also(EndpointLimits(hours=(read_hours("06:00-23:00"),)))
    assert open_minutes(both.hours) == 120
    assert next_opening(both.hours, 12 * 60) == 22 * 60
    assert next_opening(both.hours, 23 * 60) == 6 * 60
    assert next_opening((read_hours("1:00-2:00"), read_hours("3:00-4:00")), 0) is None


@pytest.mark.parametrize("text", ["", "22-7", "25:00-07:00", "22:00-24:01", "07:00-07:00", "0:00-24:00", "22:60-07:00"])
def test_what_is_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"hours|day"):
        read_hours(text)
