"""What the numbers in a refusal say, where the same words come for two reasons."""

from __future__ import annotations

import re

_CONTEXT = re.compile(
    r"context (?:length|limit)(?: is(?: only)?| of|: \d+ \+ \d+ >) (?P<context>\d+)|"
    r"must be <= (?P<tgi>\d+)\. given: \d+ .?inputs.? tokens",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"is too (?:large|high|big): (?P<vllm>\d+)\b.*context length is \d|"
    r"\b(?P<most>\d+)(?:\.0)? (?:tokens )?(?:in|for) the (?:completion|output)\b|"
    r"\brequested (?P<newer>\d+) output tokens\b|"
    r"context limit: \d+ \+ (?P<anthropic>\d+) >|"
    r"given: \d+ .?inputs.? tokens and (?P<tgi>\d+)",
    re.IGNORECASE | re.DOTALL,
)
"""The limit of the reply, as servers name it beside the length of the context."""


def is_limit_at_fault(words: str) -> bool:
    """Whether the limit of the reply leaves no room for any prompt: the same words come when a prompt has grown."""
    limit, context = _first_number(_LIMIT, words), _first_number(_CONTEXT, words)
    return limit is None or context is None or limit >= context


def _first_number(pattern: re.Pattern[str], words: str) -> int | None:
    match = pattern.search(words)
    return None if match is None else int(next(digits for digits in match.groups() if digits))


_OF_AN_OPTION = re.compile(
    r"\b(?:unrecogni[sz]ed|unknown|unexpected|unsupported)\b.{0,30}"
    r"\b(?:argument|parameter|field|option|keyword|key|property|name)s?\b|"
    r"\bextra (?:input|field|argument|parameter)s? (?:are |is )?not permitted\b",
    re.IGNORECASE,
)

_OF_A_FAULT = re.compile(
    r"\bout of memory\b|\b(?:unable|failed) to (?:allocate|create)\b|\bsystem memory\b|\brunner process\b|"
    r"\b(?:engine|worker|process)\b.{0,10}\b(?:died|crashed|terminated|timed out)\b|\bkeyerror\b",
    re.IGNORECASE,
)
"""Of a server that has no room for its context, or failed on the way: whatever prompt is sent next may go well."""


def is_of_prompt(words: str) -> bool:
    """Whether words that name the context are about a prompt, not about an option that is called so, or a fault."""
    return _OF_AN_OPTION.search(words) is None and _OF_A_FAULT.search(words) is None


_LIMIT_AND_REQUEST = re.compile(r"\blimit:? (?P<limit>[\d,]+).{0,80}\brequested:? (?P<requested>[\d,]+)", re.IGNORECASE)


def is_beyond_limit(words: str) -> bool:
    """Whether a request alone is larger than its limit, by the server's own numbers where it tells them."""
    match = _LIMIT_AND_REQUEST.search(words)
    return match is None or _number(match["requested"]) > _number(match["limit"])


def _number(digits: str) -> int:
    return int(digits.replace(",", "") or 0)
