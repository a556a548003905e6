"""Calls and tokens a minute; in virtual time."""

from __future__ import annotations

import asyncio

from sociarium.errors import EndpointUnavailable
from sociarium.ports.model import ModelReply, ModelRequest, ServedReply
from sociarium.ports.observer import News
from sociarium.runner.models.endpoint import Endpoint
from sociarium.runner.models.endpoint_limits import EndpointLimits
from sociarium.runner.models.rate_limit import TokenGuess
from sociarium.runner.models.retry_policy import RetryPolicy
from sociarium.runner.workers.shutdown import StopSwitch
from tests.support.model_backends import asking
from tests.support.virtual_time import VirtualClock, run


class Nobody:
    def notice(self, news: News) -> None:
        pass


def endpoint(limits: EndpointLimits) -> Endpoint:
    return Endpoint("server", limits, policy=RetryPolicy(), clock=VirtualClock(), observer=Nobody(), stop=StopSwitch())


def now() -> float:
    return asyncio.get_running_loop().time()


class Counting:
    """A server that counts tokens: so many of each prompt and each reply; notes when, and how many."""

    def __init__(self, prompt: int, completion: int, *, away: int = 0) -> None:
        self.prompt, self.completion, self.away = prompt, completion, away
        self.used: list[tuple[float, int]] = []

    async def __call__(self) -> ServedReply:
        await asyncio.sleep(0.5)
        if self.away:
            self.away -= 1
            raise EndpointUnavailable("nobody answers")
        self.used.append((now(), self.prompt + self.completion))
        return ServedReply(ModelReply("yes", prompt_tokens=self.prompt, completion_tokens=self.completion), {}, 0.5)

    def most_in_a_minute(self, after: float) -> int:
        """Tokens of the fullest minute, of those that begin after a moment."""
        begins = [at for at, _ in self.used if at >= after]
        return max(sum(tokens for at, tokens in self.used if begin <= at < begin + 60) for begin in begins)


def asked_often(limits: EndpointLimits, server: Counting, request: ModelRequest, times: int) -> tuple[float, float]:
    """Ask so often from four runs; returns when it began, and seconds."""

    async def work() -> tuple[float, float]:
        one, began = endpoint(limits), now()
        left = iter(range(times))

        async def of_run() -> None:
            for _ in left:
                await one.call(server, request=request)

        await asyncio.gather(*(of_run() for _ in range(4)))
        return began, now() - began

    return run(work)


def test_tokens_a_minute_are_kept_though_prompts_are_denser_than_was_thought() -> None:
    server = Counting(prompt=900, completion=300)
    began, seconds = asked_often(EndpointLimits(tokens_per_minute=12_000), server, asking("word " * 100), 100)
    assert server.most_in_a_minute(began + 60) <= 12_000 + 1_200
    assert 100 * 1200 / 12_000 * 60 * 0.95 <= seconds <= 100 * 1200 / 12_000 * 60 * 1.1


def test_tokens_that_were_estimated_too_high_are_given_back() -> None:
    server = Counting(prompt=10, completion=5)
    _, seconds = asked_often(EndpointLimits(tokens_per_minute=1_500), server, asking("word " * 2000), 200)
    assert seconds <= 200 * 15 / 1_500 * 60 * 1.5 + 120


def test_a_server_that_is_away_uses_no_tokens() -> None:
    server = Counting(prompt=500, completion=100, away=30)
    _, seconds = asked_often(EndpointLimits(tokens_per_minute=600), server, asking("word " * 400), 1)
    assert seconds < 120, "each look at it was paid for"


def test_calls_and_tokens_a_minute_bind_together() -> None:
    server = Counting(prompt=100, completion=20)
    limits = EndpointLimits(per_minute=30, tokens_per_minute=1_000_000)
    _, seconds = asked_often(limits, server, asking(), 61)
    assert 120 <= seconds <= 125


def test_a_reply_is_expected_as_long_as_those_before_it_and_no_longer_than_its_bound() -> None:
    guess = TokenGuess()
    request, bounded = asking("x" * 4000), asking("x" * 4000, options={"max_tokens": 10})
    before = guess.of(request)
    assert guess.of(bounded) == before - 190
    for _ in range(100):
        assert guess.learn(request, ModelReply("", prompt_tokens=2000, completion_tokens=700)) == 2700
    assert abs(guess.of(request) - 2700) < 30
    assert guess.learn(request, ModelReply("")) is None
