"""Consent: asked once for a text, kept with who, when and the text's hash, refused without it, and forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sociarium.analysis.annotation.codebook import text_of
from sociarium.analysis.annotation.labelling import save_labels
from sociarium.analysis.annotation.samples import units_of
from sociarium.errors import NotYours, PersonGone
from sociarium.ports.clock import SystemClock
from sociarium.ports.person import Question
from sociarium.records.judgements import CONSENT, is_codebook, is_consent
from sociarium.records.plans import SweepRecord
from sociarium.runner.library.consent import consent_digest, consent_text, has_consented, keep_consent
from sociarium.runner.library.forget import find_traces, forget
from sociarium.runner.run.consenting_person import AGREE, DECLINE, ConsentingPerson
from sociarium.runner.run.inputs import Act, act
from sociarium.runner.workers.liveness import Liveness
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.support.annotated import draw, with_codebook
from tests.support.definitions import small, small_feed
from tests.support.played_stores import played

TEXT = "What you write is kept and analysed."
CLOCK = SystemClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def sweep(store: SqliteStore) -> SweepRecord:
    return played(store, small(consent=TEXT)).sweep


@dataclass
class Scripted:
    """Answers in turn."""

    answers: list[str]
    asked: list[Question] = field(default_factory=list)

    async def ask(self, question: Question) -> str:
        self.asked.append(question)
        return self.answers.pop(0)


def seated(store: SqliteStore, sweep: SweepRecord, *answers: str) -> tuple[ConsentingPerson, Scripted]:
    person = Scripted(list(answers))
    return ConsentingPerson(person, store, sweep.experiment, TEXT, "vera", CLOCK), person


def test_who_agreed_when_and_to_what_is_kept(store: SqliteStore, sweep: SweepRecord) -> None:
    assert consent_text(store, sweep.experiment) == TEXT
    assert not has_consented(store, sweep.experiment, TEXT, person="vera")
    for _ in range(2):
        keep_consent(store, sweep.experiment, TEXT, person="vera", clock=CLOCK)
    [record] = [one for one in store.codebooks(sweep.experiment) if is_consent(one)]
    [label] = store.labels(record.id)
    assert (label.annotator, label.value, record.document[CONSENT]) == ("vera", consent_digest(TEXT), TEXT)
    assert (label.at[:2], record.creator, is_codebook(record)) == ("20", "ada", False)
    assert has_consented(store, sweep.experiment, TEXT, person="vera")
    assert not has_consented(store, sweep.experiment, TEXT, person="walt")
    assert not has_consented(store, sweep.experiment, f"{TEXT} And sold.", person="vera")
    assert has_consented(store, sweep.experiment, "", person="walt")


def test_a_second_text_stands_beside_the_first(store: SqliteStore, sweep: SweepRecord) -> None:
    for text in (TEXT, "Another."):
        keep_consent(store, sweep.experiment, text, person="vera", clock=CLOCK)
    assert all(has_consented(store, sweep.experiment, text, person="vera") for text in (TEXT, "Another."))


async def test_a_player_is_asked_before_the_first_question_and_once(store: SqliteStore, sweep: SweepRecord) -> None:
    question = Question("r", "Who speaks next?", "Hello.", ("a", "b"))
    player, person = seated(store, sweep, AGREE, "a", "b")
    assert [await player.ask(question), await player.ask(question)] == ["a", "b"]
    assert (person.asked[0].context.strip(), person.asked[0].choices) == (TEXT, (AGREE, DECLINE))
    assert person.asked[1:] == [question, question]
    again, person = seated(store, sweep, "a")
    assert await again.ask(question) == "a"


async def test_who_does_not_agree_is_asked_nothing(store: SqliteStore, sweep: SweepRecord) -> None:
    player, person = seated(store, sweep, DECLINE)
    with pytest.raises(PersonGone, match="does not agree"):
        await player.ask(Question("r", "Who speaks next?", "Hello.", ("a", "b")))
    assert len(person.asked) == 1
    assert not has_consented(store, sweep.experiment, TEXT, person="vera")


def test_an_act_in_a_feed_is_refused_without_it(store: SqliteStore) -> None:
    sweep = played(store, small_feed(consent=TEXT), max_tokens=1).sweep
    run, wish = next(iter(store.slots(sweep.id))).status.run, Act("post", "paper", "News.")
    with pytest.raises(NotYours, match="vera has not agreed yet"):
        act(store, run, wish, creator="vera", clock=CLOCK)
    assert store.inputs(run) == []
    keep_consent(store, sweep.experiment, TEXT, person="vera", clock=CLOCK)
    assert act(store, run, wish, creator="vera", clock=CLOCK).input.content == "News."


def test_a_label_is_refused_without_it(store: SqliteStore, sweep: SweepRecord) -> None:
    codebook = with_codebook(store, sweep, consent="Your labels are published.")
    unit = units_of(store, draw(store, codebook, sweep))[0]
    with pytest.raises(NotYours, match="vera has not agreed yet"):
        save_labels(store, codebook, unit, {"tone": "hostile"}, annotator="vera", clock=CLOCK)
    # What players agree to is another text.
    keep_consent(store, sweep.experiment, TEXT, person="vera", clock=CLOCK)
    with pytest.raises(NotYours):
        save_labels(store, codebook, unit, {"tone": "hostile"}, annotator="vera", clock=CLOCK)
    keep_consent(store, sweep.experiment, text_of(codebook).consent, person="vera", clock=CLOCK)
    assert save_labels(store, codebook, unit, {"tone": "hostile"}, annotator="vera", clock=CLOCK) == 1


def test_forgetting_a_person_takes_it_along(store: SqliteStore, sweep: SweepRecord) -> None:
    for person in ("vera", "walt"):
        keep_consent(store, sweep.experiment, TEXT, person=person, clock=CLOCK)
    liveness = Liveness(store, this_worker(), CLOCK, lease=1)
    assert forget(store, find_traces(store, "vera"), creator="ada", liveness=liveness).labels == 1
    assert not has_consented(store, sweep.experiment, TEXT, person="vera")
    assert has_consented(store, sweep.experiment, TEXT, person="walt")
    assert find_traces(store, "vera").is_empty
