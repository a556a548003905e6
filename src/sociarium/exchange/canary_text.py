"""What the canary of a sweep came to, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sociarium.count_text import count_text
from sociarium.exchange.sanitize import one_line
from sociarium.records.canary import CanaryAnswer, CanaryChange, canary_changes
from sociarium.records.minute_text import minute_text

_MOST = 60


def change_texts(answers: Iterable[CanaryAnswer]) -> list[str]:
    """Where answers of a model changed, a line each."""
    return [_change_text(change) for change in canary_changes(answers)]


def same_texts(answers: Sequence[CanaryAnswer]) -> list[str]:
    """Which models answered alike each time, a line each; nothing of those that were asked once."""
    changed = {change.after.model for change in canary_changes(answers)}
    texts = []
    for model in dict.fromkeys(answer.model for answer in answers):
        own = [answer for answer in answers if answer.model == model]
        if len(own) > 1 and model not in changed:
            texts.append(
                f"answers of {_name(own[0])} to the canary did not change: {len(own)} between "
                f"{minute_text(own[0].at)} and {minute_text(own[-1].at)}"
            )
    return texts


def answer_text(answer: CanaryAnswer) -> str:
    """An answer on a line, without its words."""
    served = ", ".join(one_line(one, most=_MOST) for one in (answer.served_model, answer.fingerprint) if one)
    return (
        f"{minute_text(answer.at)} {_name(answer)} at the {answer.moment} "
        f"({answer.finished} of {count_text(answer.planned, 'run')}), "
        f"{served or 'version not said'}, {answer.hash[:12]}"
    )


def _change_text(change: CanaryChange) -> str:
    before, after = change.before, change.after
    others = [what for what in change.what if what != "answer"]
    what = "answers" if "answer" in change.what else " and ".join(others)
    beside = f", and its {' and '.join(others)}" if others and "answer" in change.what else ""
    text = f"{what} of {_name(after)} to the canary changed between {_when(before)} and {_when(after)}{beside}"
    is_chance = change.what == ("answer",) and after.is_sampled
    return f"{text}; it was not asked at temperature 0, where answers differ by themselves" if is_chance else text


def _when(answer: CanaryAnswer) -> str:
    return f"the {answer.moment} ({minute_text(answer.at)})"


def _name(answer: CanaryAnswer) -> str:
    return one_line(answer.model, most=_MOST)
