"""One pass over all records of a deposit: what they come to, and whom they name."""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.exchange.archive.lines import line_of
from sociarium.exchange.archive.manifest import RecordTotals, manifest_hash
from sociarium.exchange.archive.totals import TotalsCounter
from sociarium.exchange.archive.write import records_of
from sociarium.exchange.deposit.redaction import Personal
from sociarium.exchange.selection import Selection
from sociarium.exchange.transfer import parts
from sociarium.ports.store import Store
from sociarium.records.inputs import Input
from sociarium.records.judgements import is_consent
from sociarium.records.labels import Codebook, Label


@dataclass(frozen=True, slots=True)
class Survey:
    """What the records of a deposit come to.

    Attributes:
        hash: that the manifest of all of them has.
        labels: by people; `judge_labels` by models.
        outside_acts: what people put into runs while they were played.
    """

    recorded: RecordTotals
    hash: str
    personal: Personal
    labels: int
    judge_labels: int
    outside_acts: int


def survey(store: Store, everything: Selection) -> Survey:
    """Read all records of a selection once."""
    recording, personal = TotalsCounter(), Personal()
    labels = judge_labels = outside_acts = 0
    consents: set[str] = set()
    for record in records_of(parts(store, everything)):
        recording.add(record, line_of(record))
        personal.add(record)
        if isinstance(record, Codebook) and is_consent(record):
            consents.add(record.id)
        # Who agreed to take part has labelled nothing by it.
        if isinstance(record, Label) and record.codebook not in consents:
            labels += record.kind == "person"
            judge_labels += record.kind != "person"
        outside_acts += isinstance(record, Input)
    recorded = recording.result()
    return Survey(recorded, manifest_hash(recorded), personal, labels, judge_labels, outside_acts)
