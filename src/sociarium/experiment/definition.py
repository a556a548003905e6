"""What every experiment file has, whatever its environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from sociarium.experiment.frozen import Frozen
from sociarium.experiment.hypotheses import ExclusionRule, Hypothesis, hypotheses_hash
from sociarium.experiment.models import ModelSpec
from sociarium.experiment.problems import Loc, path_text
from sociarium.experiment.prompts.text import Text
from sociarium.experiment.sweep import Sweep

ONLY_SWEEP = "main"
"""The name of the sweep that stands under `sweep:`."""

Moment = Literal["start", "each_day", "end"]
Name = Annotated[str, Field(min_length=1)]

ProbeUse = Literal["outcome", "manipulation_check", "awareness"]
"""What a probe's answers are for. manipulation_check: whether a treatment was noticed. awareness: whether agents know
what they are in. Both are shown before outcomes."""


class Scale(Frozen):
    """Whole numbers between two ends, both included."""

    from_: Annotated[int, Field(alias="from", description="the lowest answer")]
    to: Annotated[int, Field(description="the highest answer")]

    @model_validator(mode="after")
    def _upwards(self) -> Self:
        if self.from_ >= self.to:
            raise PydanticCustomError("scale", "`from` must be less than `to`")
        return self


class Choices(Frozen):
    """One of several named answers."""

    choices: Annotated[tuple[Name, ...], Field(min_length=2, description="the answers between which is chosen")]


def _answer_kind(value: Any) -> str | None:
    keys = set(value) if isinstance(value, Mapping) else set(getattr(type(value), "model_fields", ()))
    if "choices" in keys:
        return "choices"
    return "scale" if keys & {"from", "from_", "to"} else None


Answer = Annotated[
    Annotated[Scale, Tag("scale")] | Annotated[Choices, Tag("choices")],
    Discriminator(
        _answer_kind,
        custom_error_type="answer",
        custom_error_message="an answer is {from: 0, to: 10} or {choices: [...]}, or on a line: 0-10, or yes, no; "
        "leave it out for free text",
    ),
]


def _or_on_a_line(schema: dict[str, Any]) -> None:
    """A file may have an answer as `sociarium ask` takes it, or its choices alone; both are read as if written out."""
    line = {"type": "string"}
    schema["anyOf"] = [line, {"type": "array", "minItems": 2, "items": line}, *schema["anyOf"]]


class Probe(Frozen):
    """A private question; its answers are stored and never enter anyone's history."""

    name: Annotated[Name, Field(description="names the question in tables and results")]
    of: Annotated[tuple[str, ...] | None, Field(min_length=1, description="roles; all where left out")] = None
    at: Annotated[tuple[Moment, ...], Field(min_length=1, description="when it is asked")]
    ask: Annotated[Text, Field(description="the question")]
    answer: Annotated[
        Answer | None,
        Field(
            json_schema_extra=_or_on_a_line,
            description='{from: 0, to: 10} or 0-10; {choices: [yes, no]} or "yes, no"; free text where left out',
        ),
    ] = None
    after: Annotated[
        Name | None,
        Field(description="a probe that stands above: each agent is told what it was asked there and what it answered"),
    ] = None
    shuffle: Annotated[
        bool, Field(description="draw the order of the choices, or the end from which the scale is named, each time")
    ] = False
    repeats: Annotated[int, Field(ge=1, le=100, description="how often each agent is asked at each moment")] = 1
    use: Annotated[ProbeUse, Field(description="results and report show checks before outcomes")] = "outcome"


class Definition(Frozen):
    """An experiment file; each environment has a definition of its own that adds to this one."""

    title: Annotated[
        str,
        Field(
            min_length=1,
            max_length=1000,
            pattern=r"\S",
            description="how it is found again; the same title is the same experiment",
        ),
    ]
    note: Annotated[str, Field(description="yours; no part of what is played")] = ""
    favourite: Annotated[bool, Field(description="whether it has a star")] = False
    environment: Annotated[str, Field(description="conversation or feed")]
    models: Annotated[
        dict[Name, ModelSpec],
        Field(min_length=1, description="name -> a model; the name is what factors, roles and tables call it"),
    ]
    probes: Annotated[
        tuple[Probe, ...], Field(description="private questions; what is answered enters nobody's history")
    ] = ()
    hypotheses: Annotated[
        tuple[Hypothesis, ...], Field(description="expected before there are data; their hash stands with each run")
    ] = ()
    exclusions: Annotated[
        tuple[ExclusionRule, ...],
        Field(description="finished runs that do not count; results are shown with and without them"),
    ] = ()
    registered: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^\s\\@]+$",
            max_length=500,
            description="where the hypotheses are deposited; no part of their hash",
        ),
    ] = None
    consent: Annotated[
        str,
        Field(
            max_length=20_000,
            description="what a person who plays, or acts in a feed, has to agree to before the first act",
        ),
    ] = ""
    sweep: Annotated[
        Sweep | None, Field(description="what is compared and how often; without one a single run is played")
    ] = None
    sweeps: Annotated[
        dict[Name, Sweep] | None, Field(min_length=1, description="several, by name, in place of `sweep`")
    ] = None

    @property
    def all_sweeps(self) -> Mapping[str, Sweep]:
        """Every sweep by name; a file without one has a sweep of a single condition."""
        return self.sweeps if self.sweeps is not None else {ONLY_SWEEP: self.sweep or Sweep()}

    @property
    def hypotheses_hash(self) -> str | None:
        """SHA-256 of hypotheses, exclusions and sequential designs; None where no hypothesis stands."""
        sequential = {name: one.sequential for name, one in self.all_sweeps.items() if one.sequential is not None}
        return hypotheses_hash(self.hypotheses, self.exclusions, sequential)

    @property
    def code_names(self) -> tuple[str, ...]:
        """Functions of the researcher's own that it names, as `package.module:function`."""
        return ()

    @property
    def role_names(self) -> tuple[str, ...]:
        """The roles, in the order of the file."""
        raise NotImplementedError


def located_choices(place: int, probe: Probe) -> Iterator[tuple[Loc, str]]:
    """The choices of a probe, with where they stand in the file.

    Args:
        place: of the probe, from 0.
    """
    if isinstance(probe.answer, Choices):
        for number, choice in enumerate(probe.answer.choices):
            yield ("probes", place, "answer", "choices", number), choice


def choice_texts(definition: Definition) -> Iterator[tuple[str, str]]:
    """The choices of each probe, with where they stand in the file, in words."""
    for place, probe in enumerate(definition.probes):
        yield from ((path_text(loc), choice) for loc, choice in located_choices(place, probe))
