"""Codebooks and labels in pages: written, drawn, labelled, taken back, settled; by whom and when it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from loguru import logger
from starlette.testclient import TestClient

from sociarium.analysis.annotation.codebooks import latest_codebooks
from sociarium.analysis.annotation.samples import annotator_order, find_sample, samples_of, units_of
from sociarium.ports.clock import SystemClock
from sociarium.records.labels import ADJUDICATED, Codebook
from sociarium.records.plans import SweepRecord
from sociarium.runner.sweep.derive import ForkRequest
from sociarium.runner.sweep.forks import origin_of_sweep, place_sweep, plan_forks
from sociarium.stores.sqlite import SqliteStore
from tests.support.annotated import draw, with_codebook
from tests.support.definitions import small
from tests.support.hostile_pages import EVERY_TEXT, Seen, hostile
from tests.support.played_stores import Saying, played
from tests.support.viewer import places, send, take_up

Client = Callable[..., TestClient]
FIELDS = {
    "title": "Tone", "unit": "message", "context": "2", "instructions": "Read it.", "neutral_names": "1",
    "item-0-name": "tone", "item-0-categories": "hostile: threatens\nneutral\nfriendly: helps",
    "item-1-name": "force", "item-1-low": "1", "item-1-high": "5", "item-1-measurement": "ordinal",
}  # fmt: skip


def sample_path(codebook: Codebook, number: int = 1) -> str:
    return f"/codebooks/{codebook.id}/samples/{number}"


def token_in(page: str) -> str:
    return re.findall(r'name="unit" value="([0-9a-f]+)"', page)[0]


def label(browser: TestClient, path: str, **fields: str) -> Any:
    """Label what is shown first."""
    return send(browser, path, unit=token_in(browser.get(path).text), **fields)


def values_of(store: SqliteStore, codebook: Codebook) -> list[tuple[str, str, Any]]:
    return [(one.annotator, one.item, one.value) for one in store.labels(codebook.id)]


@pytest.mark.slow
def test_consent_is_asked_once_before_the_first_label(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    text = "What you say is <kept> with your name."
    codebook = with_codebook(store, sweep, consent=text)
    draw(store, codebook, sweep)
    browser, path = client(), sample_path(codebook)
    page = browser.get(path).text
    assert "What you say is &lt;kept&gt; with your name." in page
    refused = label(browser, path, **{"item-0": "hostile"})
    assert (refused.status_code, values_of(store, codebook)) == (403, [])
    digest = re.findall(r'name="consent" value="([0-9a-f]{64})"', page)[0]
    assert label(browser, path, consent="0" * 64, **{"item-0": "hostile"}).status_code == 403
    assert label(browser, path, consent=digest, **{"item-0": "hostile"}).status_code == 303
    assert "What you say" not in browser.get(path).text
    assert label(browser, path, **{"item-0": "neutral"}).status_code == 303
    assert values_of(store, codebook) == [("ada", "tone", "neutral")]
    form = browser.get(f"/experiments/{sweep.experiment}/codebook?of={codebook.id}").text
    assert "What you say is &lt;kept&gt;" in form


@pytest.mark.slow
def test_a_codebook_is_written_in_the_page(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    browser = client()
    answer = send(browser, f"/experiments/{sweep.experiment}/codebook", **FIELDS)
    [codebook] = latest_codebooks(store, sweep.experiment)
    assert answer.headers["location"] == f"/codebooks/{codebook.id}"
    assert codebook.document["items"][0]["categories"][0] == {"name": "hostile", "description": "threatens"}
    page = browser.get(f"/codebooks/{codebook.id}").text
    assert "threatens" in page
    assert "1 to 5, ordinal" in page
    changed = browser.get(f"/experiments/{sweep.experiment}/codebook?of={codebook.id}").text
    assert "hostile: threatens\nneutral\nfriendly: helps" in changed
    send(browser, f"/experiments/{sweep.experiment}/codebook", **FIELDS | {"instructions": "Read it twice."})
    assert [one.number for one in latest_codebooks(store, sweep.experiment)] == [2]
    assert "is the latest" in browser.get(f"/codebooks/{codebook.id}").text


@pytest.mark.slow
def test_a_codebook_with_faults_keeps_what_was_written(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    fields = FIELDS | {"item-1-low": "7"}
    answer = send(client(), f"/experiments/{sweep.experiment}/codebook", **fields)
    assert answer.status_code == 400
    assert "items 2, scale" in answer.text
    assert "friendly: helps" in answer.text
    assert latest_codebooks(store, sweep.experiment) == []
    more = send(client(), f"/experiments/{sweep.experiment}/codebook", **FIELDS, more="1")
    assert more.text.count("<legend>Item") == 4


@pytest.mark.slow
def test_messages_are_drawn_and_labelled_one_after_the_other(
    client: Client, store: SqliteStore, sweep: SweepRecord
) -> None:
    codebook, browser = with_codebook(store, sweep), client()
    answer = send(browser, f"/codebooks/{codebook.id}/samples", rule="random", size="3", seed="4", sweep=sweep.id)
    assert answer.headers["location"] == sample_path(codebook)
    [sample] = samples_of(store, codebook)
    order = annotator_order(units_of(store, sample), sample, "ada")
    assert [label(browser, sample_path(codebook), **{"item-0": "hostile", "item-1": "2"}).status_code
            for _ in order] == [303] * 3  # fmt: skip
    assert "all 3" in browser.get(sample_path(codebook)).text
    assert {(one.run, one.subject) for one in store.labels(codebook.id)} == {(one.run, one.subject) for one in order}
    assert "hostile" in browser.get(f"{sample_path(codebook)}?at=1").text


@pytest.mark.slow
def test_a_page_shows_no_condition_no_model_and_no_run(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    codebook = with_codebook(store, sweep, neutral_names=True)
    draw(store, codebook, sweep)
    browser = client()
    for at in range(1, 41):
        page = browser.get(f"{sample_path(codebook)}?at={at}").text
        assert not [place.status.run for place in places(store, sweep) if place.status.run[:8] in page]
        assert sweep.id[:8] not in page
        assert "first_speaker" not in page
        assert "offline" not in page
        assert re.findall(r'class="name"><bdi>([^<]*)', page)[0] in {"Speaker A", "Speaker B"}


@pytest.mark.slow
def test_undo_takes_the_last_labels_back_and_then_those_before(
    client: Client, store: SqliteStore, sweep: SweepRecord
) -> None:
    codebook, browser = with_codebook(store, sweep), client()
    draw(store, codebook, sweep)
    path = sample_path(codebook)
    for value in ("hostile", "neutral"):
        label(browser, path, **{"item-0": value, "item-1": "1"})
    assert send(browser, f"{path}/undo").headers["location"] == f"{path}?at=2"
    assert [value for _, _, value in values_of(store, codebook) if value not in {None, 1}] == ["hostile"]
    assert send(browser, f"{path}/undo").headers["location"] == f"{path}?at=1"
    assert send(browser, f"{path}/undo").status_code == 400


@pytest.mark.slow
def test_a_value_of_no_codebook_and_no_value_at_all_are_refused(
    client: Client, store: SqliteStore, sweep: SweepRecord
) -> None:
    codebook, browser = with_codebook(store, sweep), client()
    draw(store, codebook, sweep)
    assert label(browser, sample_path(codebook), **{"item-0": "rude"}).status_code == 400
    assert label(browser, sample_path(codebook)).status_code == 400
    assert send(browser, sample_path(codebook), unit="ffffffffffff", **{"item-0": "hostile"}).status_code == 404
    assert values_of(store, codebook) == []


@pytest.mark.slow
def test_two_people_label_see_their_agreement_and_settle(
    client: Client, store: SqliteStore, sweep: SweepRecord
) -> None:
    codebook, path = with_codebook(store, sweep), ""
    draw(store, codebook, sweep, rule="random", size=4, seed=1)
    path = sample_path(codebook)
    for who, value in (("ada", "hostile"), ("bob", "hostile")):
        for _ in range(4):
            label(client(user=who), path, **{"item-0": value, "item-1": "1" if who == "ada" else "2"})
    page = client().get(f"{path}/agreement").text
    assert "all labels are the same" in page
    assert "four messages" in page
    settle = client(user="cleo").get(f"{path}/settle").text
    assert settle.count("data-item") == 1
    answer = send(client(user="cleo"), f"{path}/settle", unit=token_in(settle), **{"item-1": "2"})
    assert answer.headers["location"] == f"{path}/settle?at=2"
    settled = [one for one in store.labels(codebook.id) if one.annotator == ADJUDICATED]
    assert [(one.item, one.value, one.note) for one in settled] == [("force", 2, "by cleo")]
    assert "four messages</a></strong>, of which 1 is settled" in client().get(f"{path}/agreement").text


@pytest.mark.slow
@pytest.mark.parametrize("part", ["", "/undo", "/settle"])
def test_read_only_pages_show_and_write_nothing(
    client: Client, store: SqliteStore, sweep: SweepRecord, part: str
) -> None:
    codebook = with_codebook(store, sweep)
    draw(store, codebook, sweep)
    path, browser = sample_path(codebook), client(read_only=True)
    pages = [browser.get(one).text for one in (path, f"/codebooks/{codebook.id}", "/label", f"{path}/settle")]
    assert 'fieldset class="choices" data-item disabled' in pages[0]
    assert not [
        page for page in pages if re.search(r'<form[^>]*method="post"(?![^>]*theme)[^>]*class="form"(?! data)', page)
    ]
    answer = send(browser, path + part, unit=token_in(pages[0]), **{"item-0": "hostile", "item-1": "1"})
    assert answer.status_code == 403
    assert values_of(store, codebook) == []
    assert send(browser, f"/codebooks/{codebook.id}/samples", rule="all").status_code == 403
    assert send(browser, f"/experiments/{sweep.experiment}/codebook", **FIELDS).status_code == 403


def test_nobody_labels_as_what_settles(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    codebook = with_codebook(store, sweep)
    draw(store, codebook, sweep)
    assert client(user=ADJUDICATED).get(sample_path(codebook)).status_code == 400


@pytest.mark.slow
def test_what_was_erased_leaves_the_sample(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    codebook = with_codebook(store, sweep)
    sample = draw(store, codebook, sweep)
    place = places(store, sweep)[0]
    take_up(store, place)
    store.erase(place.status.run, before=place.status.token + 1)
    rest = len(units_of(store, sample))
    assert rest < 40
    assert f"of {rest}</h2>" in client().get(sample_path(codebook)).text
    assert f"{rest} are still there" in client().get(f"/codebooks/{codebook.id}").text


@pytest.mark.slow
@pytest.mark.parametrize("text", EVERY_TEXT)
def test_hostile_codebooks_and_messages_are_text(client: Client, store: SqliteStore, text: str) -> None:
    sweep, browser = hostile(store, text), client(user=text)
    clean = text.strip()[:70]
    fields = {**FIELDS, "title": text[:190], "instructions": text, "item-0-name": clean, "item-0-description": text,
              "item-0-categories": f"{clean}: {text}\nb", "item-1-low_words": text}  # fmt: skip
    answer = send(browser, f"/experiments/{sweep.experiment}/codebook", **fields)
    assert answer.status_code == 303, answer.text
    [codebook] = latest_codebooks(store, sweep.experiment)
    send(browser, f"/codebooks/{codebook.id}/samples", rule="all")
    path = sample_path(codebook)
    assert find_sample(store, codebook).size
    assert label(browser, path, **{"item-1": "2"}, note=text).status_code == 303
    label(client(user="bob"), path, **{"item-1": "3"})
    for address in ("/label", f"/codebooks/{codebook.id}", path, f"{path}?at=1", f"{path}/agreement", f"{path}/settle",
                    f"/experiments/{sweep.experiment}/codebook?of={codebook.id}"):  # fmt: skip
        page = browser.get(address)
        assert page.status_code == 200, (address, page.text)
        assert Seen(page.text).faults == [], address
        assert "9801547" not in page.text, address


@pytest.mark.slow
def test_the_log_says_who_drew_labelled_took_back_and_settled_what(
    client: Client, store: SqliteStore, sweep: SweepRecord
) -> None:
    lines: list[str] = []
    logger.enable("sociarium")
    sink = logger.add(lines.append, format="{message}")
    try:
        codebook = with_codebook(store, sweep)
        ada, path = client(), sample_path(codebook)
        send(ada, f"/codebooks/{codebook.id}/samples", rule="random", size="3", seed="7")
        label(ada, path, **{"item-0": "hostile"})
        send(ada, f"{path}/undo")
        for browser, value in ((ada, "hostile"), (client(user="bob"), "neutral")):
            while 'name="unit"' in (page := browser.get(path).text):
                send(browser, path, unit=token_in(page), **{"item-0": value, "item-1": "1"})
        send(ada, f"{path}/settle", unit=token_in(ada.get(f"{path}/settle").text), **{"item-0": "neutral"})
    finally:
        logger.remove(sink)
        logger.disable("sociarium")
    acts = [line for line in map(str.strip, lines) if codebook.id in line]
    drawn = rf"ada drew the sample 1 of the codebook {codebook.id} '.*': 3 of \d+ at random \(messages\)"
    assert re.fullmatch(drawn, acts[1])
    what = rf"day\d+/turn\d+ of the run \w+ by the codebook {codebook.id}, sample 1: [12] labels changed"
    assert re.fullmatch(rf"ada labelled {what}", acts[2])
    assert re.fullmatch(rf"ada took back labels of {what}", acts[3])
    assert sum(bool(re.fullmatch(rf"bob labelled {what}", line)) for line in acts) == 3
    assert re.fullmatch(rf"ada settled {what}", acts[-1])


@pytest.mark.slow
def test_who_labels_is_not_told_by_which_flag_or_check_it_was_chosen(client: Client, store: SqliteStore) -> None:
    said = "I will not move from this gate before it is dark."
    sweep = played(store, small(sweep="{factors: {messages: 6}}"), model=Saying([said])).sweep
    codebook, browser = with_codebook(store, sweep), client()
    assert send(browser, f"/codebooks/{codebook.id}/samples", rule="check", criterion="repetition").status_code == 303
    page = browser.get(sample_path(codebook)).text
    assert "repetition" not in page
    assert "of 6 messages." in page
    around = [f"/codebooks/{codebook.id}", f"{sample_path(codebook)}/agreement"]
    assert [one for one in around if "repetition" in browser.get(one).text] == []
    while 'name="unit"' in browser.get(sample_path(codebook)).text:
        label(browser, sample_path(codebook), **{"item-0": "neutral", "item-1": "1"})
    assert [one for one in around if "the check &#39;repetition&#39;" in browser.get(one).text] == around
    assert [one for one in around if "repetition" in client(user="bob").get(one).text] == []


def test_what_can_be_drawn_from_is_told_apart(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    codebook, origin = with_codebook(store, sweep), origin_of_sweep(store, sweep)
    request = ForkRequest(at="2", changes={"option.temperature": "0.1"})
    fork = place_sweep(store, plan_forks(store, origin, request, creator="ada", clock=SystemClock())).sweep
    page = client().get(f"/codebooks/{codebook.id}").text
    assert f'<option value="{sweep.id}">{sweep.name}, begun by {sweep.creator}, {sweep.id[:8]}</option>' in page
    assert f'<option value="{fork.id}">{sweep.name}, fork at 2, begun by ada, {fork.id[:8]}</option>' in page
