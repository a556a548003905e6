"""Every page in a browser: it fits, nothing is refused, and everybody can use it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from sociarium.stores.sqlite import SqliteStore
from tests.support import accessibility
from tests.support.stocked_store import Stocked
from tests.support.thorough import THOROUGH

pytestmark = pytest.mark.slow
Open = Callable[..., Page]
SQUEEZED = """() => [...document.querySelectorAll("td, th")].filter((cell) => {
  const box = cell.getBoundingClientRect();
  return cell.innerText.trim().length > 6 && box.height > 40 && box.width < 24 && !cell.closest("thead");
}).map((cell) => cell.innerText.slice(0, 40))"""
"""Cells that have so little room that their words are broken letter by letter."""
TABBED = """
window.tabbed = () => [...document.querySelectorAll(
  'a[href], button, input, select, textarea, summary, [tabindex="0"], pre[tabindex]')].filter((one) =>
  one.tabIndex >= 0 && !one.disabled && one.type !== 'hidden' && one.checkVisibility({visibilityProperty: true})
  && !(one.type === 'radio' && one !== ([...document.getElementsByName(one.name)].find((each) => each.checked)
  || document.getElementsByName(one.name)[0])));
window.reached = () => {
  const one = document.activeElement, style = getComputedStyle(one);
  const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  return seen ? tabbed().indexOf(one) : `no outline: ${one.outerHTML.slice(0, 120)}`;
};
"""
"""Everything that Tab comes to, in order; and where it is, if that can be seen."""
PAGES = ["experiments", "experiment", "sweep", "transcript", "prompt", "no-match", "not-there", "odd-experiment",
         "odd-sweep", "odd-transcript", "feed", "feed-as", "person", "thread",
         "odd-feed", "odd-person", "results", "odd-results", "runs", "compare", "odd-compare",
         "compare-choice", "fork", "steer", "ask", "odd-ask", "compose", "odd-compose",
         "label", "codebook", "codebook-form", "labelling", "agreement", "settling", "odd-codebook",
         "odd-labelling", "edit", "odd-edit", "run", "odd-run", "go-on", "results-said", "figures",
         "figures-over-turns", "population", "consent", "not-begun", "fork-refused", "odd-fork", "feed-fork",
         "feed-edit", "crowd-edit", "feed-results"]  # fmt: skip


def test_every_page_of_the_store_is_looked_at(stocked: Stocked) -> None:
    assert set(PAGES) == set(stocked.pages)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_can_be_used_by_everybody(
    open_page: Open,
    stocked: Stocked,
    axe_script: str,
    shot: Callable[[Page, str], None],
    name: str,
    width: int,
    theme: str,
) -> None:
    page = open_page(stocked.pages[name], width=width, theme=theme, status=404 if name == "not-there" else 200)
    shot(page, f"{name}-{width}-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert page.evaluate(SQUEEZED) == []
    # A page has the same elements in both themes.
    only = accessibility.OF_COLOURS if theme == "dark" and not THOROUGH else ()
    assert accessibility.violations(page, axe_script, only=only) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_walked_through_by_tab(open_page: Open, stocked: Stocked, name: str) -> None:
    page = open_page(stocked.pages[name], status=404 if name == "not-there" else 200)
    page.evaluate(TABBED)
    most = page.evaluate("tabbed().length")
    assert most > 8
    places = []
    for _ in range(min(most, 90)):
        page.keyboard.press("Tab")
        places.append(page.evaluate("reached()"))
    assert places == list(range(len(places))), "something is left out, or holds the keyboard"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_without_javascript(open_page: Open, stocked: Stocked, name: str) -> None:
    status = 404 if name == "not-there" else 200
    with_script, without = (
        open_page(stocked.pages[name], width=390, script=script, status=status) for script in (True, False)
    )
    assert without.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    # What a script brings into a page when it is opened is a page of its own without one.
    parts = without.locator("main [data-load]")
    assert parts.count() == parts.locator("a[href]").count()
    for page in (with_script, without):
        page.evaluate("document.querySelectorAll('main [data-load]').forEach(part => part.remove())")
    words = [page.locator("main").inner_text().split() for page in (with_script, without)]
    missing = set(words[0]) - set(words[1])
    assert len(missing) <= len(set(words[0])) / 20, sorted(missing)


def test_nothing_of_a_hostile_store_is_executed(open_page: Open, stocked: Stocked) -> None:
    for path in ("/experiments", f"/sweeps/{stocked.hostile_sweep}", f"/runs/{stocked.hostile_run}"):
        page = open_page(path)
        assert page.evaluate("document.querySelectorAll('img').length") == 0
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_what_was_said_is_shown_word_for_word(open_page: Open, stocked: Stocked) -> None:
    store = SqliteStore(stocked.path)
    said = [one.happening.content for one in store.events(stocked.odd_run) if one.happening.kind == "message"]
    store.close()
    page = open_page(f"/runs/{stocked.odd_run}")
    assert page.locator("article.turn > div > .voice").all_text_contents() == said
    assert len(set(said)) > 1


def test_pages_can_be_read_and_used_without_javascript(open_page: Open, stocked: Stocked) -> None:
    page = open_page(f"/runs/{stocked.prison_runs[0]}", script=False)
    assert page.locator("article.turn").count() == 12
    expect(page.locator("#scrub")).to_be_hidden()
    page.locator("#m1-1 details.prompt summary").click()
    page.get_by_role("link", name="The exact prompt of 1.1").click()
    expect(page.locator("pre").first).to_contain_text("## The place")
    page.go_back()
    page.get_by_role("button", name="Star: this run").click()
    expect(page.get_by_role("button", name="Star: this run")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Star: this run").click()
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Set").click()
    expect(page.locator("html")).to_have_class("dark")


def test_a_note_is_written_in_place(open_page: Open, stocked: Stocked) -> None:
    page = open_page("/experiments")
    page.get_by_role("link", name="Edit the note of The east wing").click()
    page.get_by_label("Note of The east wing").fill("who bends first?")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="The east wing")).to_contain_text("who bends first?")
    assert page.url.endswith(f"#e-{stocked.prison[:16]}")


def test_filters_have_addresses(open_page: Open) -> None:
    page = open_page("/experiments")
    page.get_by_label("Person").select_option("odile")
    page.get_by_role("button", name="Show").click()
    assert "person=odile" in page.url
    assert page.locator("tbody tr").count() == 1


def test_a_star_is_set_without_leaving_the_place(open_page: Open, stocked: Stocked) -> None:
    page = open_page("/experiments")
    star = page.get_by_role("button", name="Star: The east wing")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(star).to_have_attribute("aria-pressed", "true")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "false")


def test_the_prompt_of_a_message_comes_when_it_is_opened(open_page: Open, stocked: Stocked) -> None:
    page = open_page(f"/runs/{stocked.prison_runs[0]}")
    fold = page.locator("#m2-2 details.prompt")
    fold.locator("summary").click()
    expect(fold.locator("pre").first).to_contain_text("serving the second year")


def test_a_grid_leads_to_the_run_of_a_cell(open_page: Open, stocked: Stocked) -> None:
    page = open_page(f"/sweeps/{stocked.prison_sweep}")
    cell = page.get_by_role("link", name="Replicate 2: done").first
    run = cell.get_attribute("href")
    cell.click()
    assert run
    assert page.url.endswith(run)


def test_a_text_is_changed_and_checked_without_javascript(open_page: Open, stocked: Stocked) -> None:
    page = open_page(f"/experiments/{stocked.prison}", script=False, width=390)
    page.get_by_role("link", name="Edit or duplicate", exact=True).click()
    page.get_by_label("Note", exact=True).fill("who bends first, and why?")
    page.get_by_role("button", name="Check").first.click()
    expect(page.get_by_role("status")).to_contain_text("Nothing is wrong")
    expect(page.get_by_label("Note", exact=True)).to_have_value("who bends first, and why?")
    expect(page.locator("pre")).to_contain_text("who bends first, and why?")


@pytest.mark.parametrize("width", [1440, 390])
def test_labels_of_conditions_are_read_to_their_end(open_page: Open, stocked: Stocked, width: int) -> None:
    page = open_page(f"/sweeps/{stocked.odd_sweep}", width=width)
    labels = page.locator(".grid .row > :first-child")
    assert labels.count() > 4
    assert labels.evaluate_all("all => all.filter(one => one.scrollHeight > one.clientHeight + 1).length") == 0


def test_a_click_on_the_number_of_a_heat_map_opens_its_runs(open_page: Open, stocked: Stocked) -> None:
    page = open_page(f"/sweeps/{stocked.prison_sweep}/figures?by=personality&by=section.Oversight")
    page.locator(".drawn a").first.click()
    expect(page.get_by_role("heading", name="The runs behind a number")).to_be_visible()
