"""What the numbers in a refusal say, where the same words come for two reasons."""

from __future__ import annotations

import re

_LIMIT_AND_CONTEXT = (
    re.compile(
        r"is too (?:large|high|big): (?P<limit>\d+)\b.*context length is (?P<context>\d+)", re.IGNORECASE | re.DOTALL
    ),
    re.compile(r"context length is (?P<context>\d+).*?\b(?P<limit>\d+) in the completion", re.IGNORECASE | re.DOTALL),
    re.compile(r"must be <= (?P<context>\d+)\. given: \d+ .?inputs.? tokens and (?P<limit>\d+)", re.IGNORECASE),
)


def is_limit_at_fault(words: str) -> bool:
    """Whether the limit of the reply leaves no room for any prompt: the same words come when a prompt has grown."""
    match = next((match for pattern in _LIMIT_AND_CONTEXT if (match := pattern.search(words))), None)
    return match is None or int(match["limit"]) >= int(match["context"])


_LIMIT_AND_REQUEST = re.compile(r"\blimit:? (?P<limit>[\d,]+).{0,80}\brequested:? (?P<requested>[\d,]+)", re.IGNORECASE)


def is_beyond_limit(words: str) -> bool:
    """Whether a request alone is larger than its limit, by the server's own numbers where it tells them."""
    match = _LIMIT_AND_REQUEST.search(words)
    return match is None or _number(match["requested"]) > _number(match["limit"])


def _number(digits: str) -> int:
    return int(digits.replace(",", "") or 0)
