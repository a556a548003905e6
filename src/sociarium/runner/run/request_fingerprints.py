"""The fingerprints of a run's requests: what a request has in common with an agent's last one is hashed once."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from sociarium.experiment.canonical import hash_text
from sociarium.ports.model import BEFORE_MESSAGES, ChatMessage, ModelRequest, message_text

if TYPE_CHECKING:
    from hashlib import _Hash

_MOST_AGENTS = 32
"""Of whom the last request is remembered: more than most conversations have, and little where a feed has thousands."""


class _Hashed(NamedTuple):
    """A request that was hashed: up to its last message, and with it; what follows the messages is in neither."""

    messages: tuple[ChatMessage, ...]
    without_last: _Hash
    whole: _Hash


class RequestFingerprints:
    """What `ModelRequest.fingerprint` gives, in less time where a request goes on from an earlier one.

    In a conversation each request of an agent is its last one with the messages since then, and at its end the
    transcript is nearly all of it. Who asks is known by the first message, which is an agent's prompt. A request may
    also differ from the last one in its last message alone: a question about the same transcript.

    Concurrency: one run's, from one thread.
    """

    def __init__(self) -> None:
        self._last: OrderedDict[ChatMessage, _Hashed] = OrderedDict()

    def of(self, request: ModelRequest) -> str:
        """The fingerprint of a request."""
        messages = request.messages
        if not messages:
            return request.fingerprint()
        hashed = _hash_messages(messages, self._last.pop(messages[0], None))
        self._last[messages[0]] = hashed
        if len(self._last) > _MOST_AGENTS:
            self._last.popitem(last=False)
        digest = hashed.whole.copy()
        hash_text(digest, request.text_after_messages())
        return digest.hexdigest()


def _hash_messages(messages: tuple[ChatMessage, ...], last: _Hashed | None) -> _Hashed:
    """Hash messages, from where they go on otherwise than the last ones did."""
    known, digest = 0, hashlib.sha256(BEFORE_MESSAGES.encode())
    if last is not None:
        count = len(last.messages)
        if messages == last.messages:
            return last
        if messages[:count] == last.messages:
            known, digest = count, last.whole.copy()
        elif count <= len(messages) and messages[: count - 1] == last.messages[:-1]:
            known, digest = count - 1, last.without_last.copy()
    comma = "," if known else ""
    for message in messages[known:-1]:
        hash_text(digest, comma + message_text(message))
        comma = ","
    without_last = digest.copy()
    hash_text(digest, comma + message_text(messages[-1]))
    return _Hashed(messages, without_last, digest)
