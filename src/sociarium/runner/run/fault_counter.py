"""Counting what is empty, skipped or invalid in a run while it is played, by model; see `records.counts` for the names.

All is read from the run's events and from who was asked, so that a run that goes on over its journal counts the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sociarium.ports.model import ModelRequest
from sociarium.records.counts import COPIED, ModelCounts, ModelUsage, model_counts
from sociarium.records.events import Event, Happening

_EMPTY_BECAUSE = ("refused", "token_limit", "name_only")
"""Flags that say why a message is empty; the first that it has. Without one the model said nothing."""
NOTHING = "nothing"
_SKIPPED_BECAUSE = ("refused", "context_cut", "empty")
_KEPT_APART = frozenset({"messages", "empty", "empty/refused", "steps", "skipped_steps", "probes", "invalid_probes",
                     "summaries", "empty_summaries", "choices", "random_speaker"})  # fmt: skip
"""Counts whose copied part is kept beside them."""


class FaultCounter:
    """Counts of one run."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._plays: dict[str, str] = {}
        self._asked: dict[str, str] = {}
        self._manager = ""
        self._copied: Mapping[str, Mapping[str, int]] = {}

    def by_model(self, usage: Mapping[str, ModelUsage] | None = None) -> tuple[ModelCounts, ...]:
        """As a record, with what each model was used."""
        numbers = {model: dict(counts) for model, counts in self._counts.items()}
        for model, counts in self._copied.items():
            numbers[model] |= {f"{COPIED}{name}": number for name, number in counts.items() if name in _KEPT_APART}
        return model_counts(numbers, usage)

    def note_copied(self) -> None:
        """All that was counted so far happened in the run that this one goes on from."""
        self._copied = {model: dict(counts) for model, counts in self._counts.items()}

    def call(self, key: str, request: ModelRequest) -> None:
        """A model's answer."""
        model = request.model.name
        if request.purpose == "manager":
            self._manager = model
            # A re-ask has a number behind it.
            self._counts[model]["choices"] += key.endswith("/manager")
        else:
            # Who plays somebody may change on the way, in a fork.
            self._asked[key] = model

    def people(self, model: str, people: Sequence[object | None]) -> None:
        """People of a population, wanted by the run; None for one whom the model failed to write."""
        self._counts[model]["people"] += len(people)
        self._counts[model]["missing_people"] += sum(person is None for person in people)

    def event(self, event: Event) -> None:
        """What happened."""
        what = event.happening
        match what.kind:
            case "agent" | "person" if what.data.get("model"):
                self._plays[what.author] = what.data["model"]
            case "message":
                self._message(what)
            case "post" if what.data["source"] == "person" and what.data["kind"] != "repost":
                self._count_spoken(what)
            case "session":
                self._visit(event.key.removesuffix("/session"), what)
            case "state":
                why = next((flag for flag in _SKIPPED_BECAUSE if flag in what.flags), NOTHING)
                self._steps(self._model(what), 1, [] if what.content else [("reflect", why)])
            case "probe":
                self._count_flags(self._model(what), "probes", what.flags)
            case "summary":
                self._count_flags(self._model(what), "summaries", what.flags)
            case _:
                pass

    def _message(self, what: Happening) -> None:
        if "random_speaker" in what.flags:
            self._counts[self._manager]["random_speaker"] += 1
        if what.data.get("scripted"):
            self._counts[""]["scripted"] += 1
        else:
            self._count_spoken(what)

    def _count_spoken(self, what: Happening) -> None:
        counts = self._counts[self._model(what)]
        counts["messages"] += 1
        counts.update(flag for flag in what.flags if flag != "random_speaker")
        counts["continuations"] += what.data.get("continuation") is True
        if "empty" in what.flags:
            counts[f"empty/{next((flag for flag in _EMPTY_BECAUSE if flag in what.flags), NOTHING)}"] += 1

    def _visit(self, key: str, what: Happening) -> None:
        calls, skipped = what.data["calls"], [(step["step"], step["why"]) for step in what.data["skipped"]]
        asked = _steps_of(key, calls, skipped)
        person = self._model(what)
        models = {step: self._asked.get(step, person) for step in asked}
        for model in dict.fromkeys(models.values()):
            number = sum(one == model for one in models.values())
            self._steps(model, number, [(step, why) for step, why in skipped if models[f"{key}/{step}"] == model])
        self._counts[person].update(flag for flag in what.flags if flag != "skipped")

    def _steps(self, model: str, number: int, skipped: Iterable[tuple[str, str]]) -> None:
        counts = self._counts[model]
        counts["steps"] += number
        for step, why in skipped:
            counts["skipped_steps"] += 1
            counts[f"skipped_steps/{step.partition('/')[0]} {why}"] += 1

    def _count_flags(self, model: str, kind: str, flags: Iterable[str]) -> None:
        counts = self._counts[model]
        counts[kind] += 1
        counts.update(f"{flag}_{kind}" for flag in flags)

    def _model(self, what: Happening) -> str:
        """The model that was asked for it."""
        asked = self._asked.get(what.data.get("call") or "", "")
        return asked or self._plays.get(what.author, "")


def _steps_of(visit: str, calls: Iterable[str], skipped: Iterable[tuple[str, str]]) -> set[str]:
    """Keys of the steps that a visit had: those asked, each once however often, and those that were not even asked."""
    keys = set(calls)
    first = {key for key in keys if not (_is_number(key) and key.rpartition("/")[0] in keys)}
    return first | {f"{visit}/{step}" for step, _ in skipped}


def _is_number(key: str) -> bool:
    return key.rpartition("/")[2].isdecimal()
