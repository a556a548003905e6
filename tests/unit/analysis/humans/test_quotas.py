"""People whom a model wrote, beside the quotas by which it was asked to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from scipy import stats

from sociarium.analysis.humans.load import load_personas
from sociarium.analysis.humans.quotas import quota_comparisons
from sociarium.errors import BadInput
from sociarium.exchange.selection import RunFilter, Selection
from sociarium.exchange.tables.read import TableSource, table_source
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small_feed
from tests.support.played_stores import played

SCHEMA = "{type: object, required: [party], properties: {party: {type: string, enum: [left, right]}}}"
PEOPLE = (
    "[{handle: ada}, {generate: 6, role: person, model: dry, prompt: Invent somebody., "
    "quotas: {party: {left: 0.3, right: 0.7}}%s}]"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


def feed(store: SqliteStore, people: str) -> TableSource:
    text = small_feed(people=people, days="1", sweep="{factors: {days: [1]}, replicates: 4}")
    sweep = played(store, text).sweep
    selection = Selection(store.experiment(sweep.experiment), store.version(sweep.version), (sweep,))
    return table_source(store, selection, RunFilter())


def test_personas_stand_beside_the_quotas_of_the_file(store: SqliteStore) -> None:
    source = feed(store, PEOPLE % f", schema: {SCHEMA}")
    [result] = quota_comparisons(store, load_personas(source).people)
    parties: dict[str, list[str]] = defaultdict(list)
    for population, _, fields in load_personas(source).people:
        if "party" in fields:
            parties[population].append(fields["party"])
    shares = [one.count("left") / len(one) for one in parties.values()]
    left = result.rows[0]
    assert (result.populations, result.people) == (4, 24)
    assert (left.value, left.census) == ("left", 0.3)
    assert left.share == pytest.approx(sum(shares) / 4)
    reference = stats.ttest_1samp(shares, 0.3).confidence_interval()
    assert left.low == pytest.approx(
        max(0.0, reference.low + 0.3 - 0.3) if reference.low > 0 else reference.low - 0.3, 2
    )


@pytest.mark.slow
def test_where_personas_have_no_such_field_it_is_what_was_asked(store: SqliteStore) -> None:
    people = load_personas(feed(store, PEOPLE % "")).people
    [result] = quota_comparisons(store, people)
    events = [event for run in {one[0] for one in people} for event in store.events(run)]
    asked = Counter(one.happening.data["quotas"]["party"] for one in events if "quotas" in one.happening.data)
    assert sum(asked.values()) == 24
    assert {row.value: row.people for row in result.rows} == asked
    assert all("this is what each was asked to be" in row.note for row in result.rows)


def test_people_who_were_given_have_no_quotas(store: SqliteStore) -> None:
    with pytest.raises(BadInput, match="--quotas is about people whom a model writes"):
        quota_comparisons(store, load_personas(feed(store, "[{handle: ada}, {handle: bob}]")).people)
