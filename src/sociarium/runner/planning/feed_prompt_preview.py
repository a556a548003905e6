"""The prompts of a feed as they are rendered in a rehearsal: who each person is, and an example of each step."""

from __future__ import annotations

from dataclasses import dataclass, field

from sociarium.environments.probe_forms import question_preview
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.prompts.placeholders import render
from sociarium.ports.model import ModelRequest
from sociarium.runner.planning.estimate import MANNERS, rehearse, rehearse_population
from sociarium.runner.run.event_loop import finish

_STEPS = ("read", "plan", "write", "post", "reflect")


@dataclass(slots=True)
class _RehearsedPrompts:
    """What a rehearsal asked: system prompts by person, and the first request of each step with who is asked."""

    people: dict[str, str] = field(default_factory=dict)
    steps: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __call__(self, key: str, request: ModelRequest) -> None:
        parts = key.split("/")
        if request.purpose == "probe":
            self.people.setdefault(parts[3], request.messages[0].content)
        elif request.purpose in _STEPS:
            self.people.setdefault(parts[1], request.messages[0].content)
            which = f" {parts[4]}" if request.purpose == "read" and len(parts) > 4 else ""
            self.steps.setdefault(request.purpose + which, (request.model.name, request.messages[-1].content))


def feed_prompts(content: FeedContent, seed: int) -> list[tuple[str, str]]:
    """Who reads which text; where a model will have written words, stand-in words stand.

    Of a large feed, some people are shown.
    """
    rehearsed = _RehearsedPrompts()
    finish(rehearse(content, MANNERS[0], seed=seed, observe=rehearsed))
    prompts = [(f"person {handle}", text) for handle, text in rehearsed.people.items()]
    own = set(content.step_models)
    prompts += [
        (f"step {name}{f' of the model {model}' if own & {name.partition(' ')[0]} else ''}, an example", text)
        for name, (model, text) in sorted(rehearsed.steps.items(), key=_by_step)
    ]
    prompts += [question_preview(one, content.probes, content.facts) for one in content.probes]
    prompts += [(f"event {event.name}", render(event.text, content.facts)) for event in content.events]
    populations = [share.population for share in content.generated]
    populations += [content.newcomers.population] if content.newcomers else []
    for population in populations:
        requests: list[ModelRequest] = []

        def keep(_: str, request: ModelRequest, requests: list[ModelRequest] = requests) -> None:
            requests.append(request)

        finish(rehearse_population(population, 1, MANNERS[0], seed=seed, observe=keep))
        text = "\n\n".join(message.content for message in requests[0].messages)
        prompts.append((f"people {population.name}", text))
    return prompts


def _by_step(item: tuple[str, tuple[str, str]]) -> int:
    return _STEPS.index(item[0].partition(" ")[0])
