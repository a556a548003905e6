"""Which wording of a text a replicate reads: in turn, from a beginning that is drawn for each text.

Replicate k has the same number in all conditions, so that wordings are balanced over replicates and go with no factor.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import lcm
from typing import NamedTuple

from sociarium.experiment.design.settable import Settings
from sociarium.experiment.prompts.text import Text, variant_names, wordings_of
from sociarium.experiment.rng import Draws
from sociarium.experiment.sweep import Level

WORDING = "wording."
"""Begins the names under which the wordings of texts stand among settings, and as columns of tables."""


class ReplicateWordings(NamedTuple):
    """Which wordings some replicates of a sweep read.

    Attributes:
        replicates: from 1.
    """

    settings: Settings
    replicates: tuple[int, ...]


def cycles(texts: Mapping[str, Text]) -> dict[str, int]:
    """Slot -> after how many replicates its wordings begin again; slots alone that have several."""
    lengths = {}
    for slot, text in texts.items():
        length = lcm(*(len(wordings_of(text, name)) for name in variant_names(text)))
        if length > 1:
            lengths[slot] = length
    return lengths


def wording_settings(lengths: Mapping[str, int], *, seed: int, replicate: int) -> Settings:
    """What a replicate sets beside its condition.

    Args:
        lengths: of the cycles of each text.
        seed: of the sweep.
        replicate: from 0.
    """
    return {
        f"{WORDING}{slot}": (replicate + Draws("wording", seed, slot).below(length)) % length
        for slot, length in lengths.items()
    }


def wordings_of_replicates(lengths: Mapping[str, int], *, seed: int, replicates: int) -> list[ReplicateWordings]:
    """What a sweep's replicates set beside their condition, each once, in the order of the first that do."""
    found: dict[tuple[Level, ...], tuple[Settings, list[int]]] = {}
    for replicate in range(replicates if lengths else 1):
        settings = wording_settings(lengths, seed=seed, replicate=replicate)
        found.setdefault(tuple(settings.values()), (settings, []))[1].append(replicate + 1)
    return [ReplicateWordings(settings, tuple(of)) for settings, of in found.values()]


def as_settings(wordings: Mapping[str, int]) -> Settings:
    """The settings that chose some wordings, by slot, from 1."""
    return {f"{WORDING}{slot}": number - 1 for slot, number in wordings.items()}


def every_wording(texts: Mapping[str, Text]) -> list[Settings]:
    """Settings under which each text takes each of its wordings once at least; one empty one where none has several."""
    lengths = cycles(texts)
    return [{f"{WORDING}{slot}": turn for slot in lengths} for turn in range(max(lengths.values(), default=1))]
