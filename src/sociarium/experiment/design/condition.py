"""What a condition makes of the parts that every kind of experiment has: its texts, models, sections and probes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sociarium.experiment.definition import Definition, Probe
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.design.wordings import WORDING
from sociarium.experiment.prompts.sections import Section
from sociarium.experiment.prompts.text import Text, chosen_text, wordings_of
from sociarium.experiment.run_content import ModelContent, ProbeContent, SectionContent


@dataclass(frozen=True, slots=True)
class Condition:
    """A definition under the settings of one condition; what these leave alone has its default."""

    definition: Definition
    settings: Settings
    _wordings: dict[str, int] = field(default_factory=dict, init=False, compare=False)

    def text(self, slot: str, text: Text) -> str:
        """The variant that is chosen, in the wording that is."""
        level = self.settings.get(slot)
        variant = None if level is None else str(level)
        wording = int(self.settings.get(f"{WORDING}{slot}", 0))
        if (several := len(wordings_of(text, variant))) > 1:
            self._wordings[slot] = wording % several + 1
        return chosen_text(text, variant, wording)

    @property
    def wordings(self) -> dict[str, int]:
        """Slot -> which wording, from 1, of the texts so far of which there are several."""
        return dict(sorted(self._wordings.items()))

    def model_of(self, user: str) -> str:
        """The name of the model that a user has."""
        default = self.settings.get("model", next(iter(self.definition.models)))
        return str(self.settings.get(f"model.{user}", default))

    def model(self, name: str) -> ModelContent:
        """What a model is, with its options."""
        spec = self.definition.models[name]
        options = {**spec.options, **self._set_options("option."), **self._set_options(f"option.{name}.")}
        return ModelContent(provider=spec.provider, model=spec.model, options=options)

    def _set_options(self, prefix: str) -> dict[str, Any]:
        names = ((slot, slot.removeprefix(prefix)) for slot in self.settings if slot.startswith(prefix))
        return {name: self.settings[slot] for slot, name in names if "." not in name}

    def sections(self, sections: Iterable[Section], readers: Collection[str]) -> tuple[SectionContent, ...]:
        """Sections as the roles that are asked read them."""
        contents = []
        for section in sections:
            slot = f"section.{section.title}"
            if section.shared is not None:
                shared = self.text(slot, section.shared)
                contents.append(SectionContent(title=section.title, heading=section.heading, shared=shared))
                continue
            private = {
                role: self.text(f"{slot}.{role}", text)
                for role, text in (section.private or {}).items()
                if role in readers
            }
            if private:
                contents.append(SectionContent(title=section.title, heading=section.heading, private=private))
        return tuple(contents)

    def probes(self, respondents: Collection[str]) -> tuple[ProbeContent, ...]:
        """Probes of the roles that are asked; one that nobody is left to answer is left out."""
        return tuple(content for probe in self.definition.probes if (content := self._probe(probe, respondents)).of)

    def _probe(self, probe: Probe, respondents: Collection[str]) -> ProbeContent:
        answer = probe.answer.model_dump(by_alias=True) if probe.answer else {}
        return ProbeContent(
            name=probe.name,
            of=tuple(role for role in probe.of or self.definition.role_names if role in respondents),
            at=tuple(moment for moment in ("start", "each_day", "end") if moment in probe.at),
            ask=self.text(f"probe.{probe.name}", probe.ask),
            scale=(answer["from"], answer["to"]) if "from" in answer else None,
            choices=answer.get("choices"),
            model=str(self.settings["model.probes"]) if "model.probes" in self.settings else None,
            after=probe.after,
            shuffle=probe.shuffle,
            repeats=probe.repeats,
        )
