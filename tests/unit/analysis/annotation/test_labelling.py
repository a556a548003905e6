"""Labels given, changed and taken back; what is shown with them; agreement."""

from __future__ import annotations

import pandas as pd
import pytest

from sociarium.analysis.agreement import agreement
from sociarium.analysis.annotation.codebook import text_of
from sociarium.analysis.annotation.item_agreement import codebook_agreement
from sociarium.analysis.annotation.labelling import (
    disagreements,
    read_labels,
    refuse_reserved_name,
    save_labels,
    settle,
    take_back,
)
from sociarium.analysis.annotation.samples import Unit, units_of
from sociarium.analysis.annotation.unit_view import unit_view
from sociarium.errors import BadInput, NotFound
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.labels import ADJUDICATED, Codebook
from sociarium.records.plans import SweepRecord
from tests.support.annotated import draw, tone, with_codebook
from tests.support.definitions import small_feed
from tests.support.played_stores import Saying, played

CLOCK = SystemClock()


def give(store: Store, codebook: Codebook, unit: Unit, who: str, value: str | None, force: int = 1) -> int:
    return save_labels(store, codebook, unit, {"tone": value, "force": force}, annotator=who, clock=CLOCK)


def test_a_change_of_mind_is_a_revision_and_the_former_label_stays(store: Store, sweep: SweepRecord) -> None:
    codebook = with_codebook(store, sweep)
    unit = units_of(store, draw(store, codebook, sweep))[0]
    assert give(store, codebook, unit, "ada", "hostile") == 2
    assert give(store, codebook, unit, "ada", "hostile") == 0
    assert give(store, codebook, unit, "ada", "neutral") == 1
    assert [(one.item, one.revision, one.value) for one in store.labels_of([unit.run])] == [
        ("force", 1, 1), ("tone", 1, "hostile"), ("tone", 2, "neutral"),
    ]  # fmt: skip
    assert read_labels(store, codebook, [unit]).of(unit, "ada")["tone"].value == "neutral"


def test_what_is_taken_back_is_no_label(store: Store, sweep: SweepRecord) -> None:
    codebook = with_codebook(store, sweep)
    first, second, *_ = units_of(store, draw(store, codebook, sweep))
    give(store, codebook, first, "ada", "hostile")
    give(store, codebook, second, "ada", "neutral")
    take_back(store, codebook, second, annotator="ada", clock=CLOCK)
    marks = read_labels(store, codebook, [first, second])
    assert not marks.of(second, "ada")
    assert marks.last["ada"] == first
    assert give(store, codebook, second, "ada", "friendly") == 2


def test_a_value_that_is_not_the_codebooks_is_refused(store: Store, sweep: SweepRecord) -> None:
    codebook = with_codebook(store, sweep)
    unit = units_of(store, draw(store, codebook, sweep))[0]
    with pytest.raises(BadInput, match="'tone' has no value 'rude'"):
        give(store, codebook, unit, "ada", "rude")
    with pytest.raises(BadInput, match="'force' has no value '6'"):
        give(store, codebook, unit, "ada", "hostile", 6)
    assert list(store.labels(codebook.id)) == []


def test_nobody_labels_under_the_name_of_what_settles() -> None:
    with pytest.raises(BadInput, match="SOCIARIUM_USER"):
        refuse_reserved_name(ADJUDICATED)


def test_disputes_are_settled_by_a_further_annotator(store: Store, sweep: SweepRecord) -> None:
    codebook = with_codebook(store, sweep)
    units = units_of(store, draw(store, codebook, sweep))[:3]
    for who, values in (("ada", ("hostile", "neutral", "neutral")), ("bob", ("hostile", "friendly", "neutral"))):
        for unit, value in zip(units, values, strict=True):
            give(store, codebook, unit, who, value)
    assert disagreements(read_labels(store, codebook, units), units, tone()) == [(units[1], ("tone",))]
    settle(store, codebook, units[1], {"tone": "friendly"}, me="cleo", clock=CLOCK)
    marks = read_labels(store, codebook, units)
    settled = marks.of(units[1], ADJUDICATED)["tone"]
    assert (settled.value, settled.note) == ("friendly", "by cleo")
    assert marks.annotators(units) == ["ada", "bob"]


@pytest.mark.slow
def test_agreement_is_that_of_the_labels_without_what_settled(store: Store, sweep: SweepRecord) -> None:
    codebook = with_codebook(store, sweep)
    units = units_of(store, draw(store, codebook, sweep))
    values = ["hostile", "neutral", "friendly"]
    table = []
    for at, unit in enumerate(units):
        for who, value in (("ada", values[at % 3]), ("bob", values[at % 3 if at % 4 else 0])):
            give(store, codebook, unit, who, value, at % 5 + 1)
            table.append({"unit": at, "run": unit.run, "annotator": who, "label": value})
    settle(store, codebook, units[0], {"tone": "friendly"}, me="cleo", clock=CLOCK)
    tone_result, force = codebook_agreement(text_of(codebook), read_labels(store, codebook, units), units)
    assert tone_result.result == agreement(pd.DataFrame(table), scale="nominal")
    assert force.result is not None
    assert (force.result.scale, force.result.percent, force.result.kappas[0].weights) == ("ordinal", 1.0, "quadratic")


def test_why_agreement_is_not_there_is_said(store: Store, sweep: SweepRecord) -> None:
    codebook = with_codebook(store, sweep)
    units = units_of(store, draw(store, codebook, sweep))
    give(store, codebook, units[0], "ada", "hostile")
    results = codebook_agreement(text_of(codebook), read_labels(store, codebook, units), units)
    assert [(one.result, one.reason) for one in results] == [(None, "no two people have labelled the same yet")] * 2
    give(store, codebook, units[0], "bob", "hostile")
    results = codebook_agreement(text_of(codebook), read_labels(store, codebook, units), units)
    assert "all labels are the same" in results[0].reason


def test_a_message_stands_with_what_was_said_before(store: Store, sweep: SweepRecord) -> None:
    run = next(iter(store.slots(sweep.id))).status.run
    said = [one for one in store.events(run) if one.happening.kind == "message"]
    view = unit_view(store, tone(context=2), Unit(run, said[4].key), "ada")
    assert [(line.text, line.is_unit) for line in view.lines] == [
        (said[2].happening.content, False), (said[3].happening.content, False), (said[4].happening.content, True),
    ]  # fmt: skip
    assert view.earlier == 2
    assert unit_view(store, tone(context=9), Unit(run, said[4].key), "ada").earlier == 0


def test_neutral_names_tell_nothing_of_who_opens(store: Store, sweep: SweepRecord) -> None:
    runs = [slot.status.run for slot in store.slots(sweep.id)]
    text = tone(unit="run", neutral_names=True)
    views = {(run, who): unit_view(store, text, Unit(run, ""), who) for run in runs for who in ("ada", "bob", "cleo")}
    assert {line.speaker for view in views.values() for line in view.lines} == {"Speaker A", "Speaker B"}
    assert {view.lines[0].speaker for view in views.values()} == {"Speaker A", "Speaker B"}


def test_a_reply_in_a_feed_stands_with_what_it_answers(store: Store) -> None:
    sweep = played(store, small_feed(days="6"), model=Saying(["Hello there.", "I see."])).sweep
    run = next(iter(store.slots(sweep.id))).status.run
    posts = [one for one in store.events(run) if one.happening.kind == "post"]
    reply = next(one for one in posts if one.happening.data["parent"])
    parent = next(one for one in posts if one.happening.data["id"] == reply.happening.data["parent"])
    view = unit_view(store, tone(context=1), Unit(run, reply.key), "ada")
    assert [line.text for line in view.lines] == [parent.happening.content, reply.happening.content]


def test_a_message_that_is_gone_is_said(store: Store, sweep: SweepRecord) -> None:
    run = next(iter(store.slots(sweep.id))).status.run
    with pytest.raises(NotFound, match="no longer there"):
        unit_view(store, tone(), Unit(run, "day9/turn1/message"), "ada")
