"""`analyze`: one page that needs nothing from elsewhere, tables and figures, of conversations and feeds."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.servers.openai_server import openai_server
from tests.support.definitions import small, small_feed
from tests.support.outside_tables import DESIGN, paper_table, write_files
from tests.support.played_stores import two_days
from tests.support.program import Program, environment
from tests.support.server_experiments import entry

PROBES = "[{name: trust, at: [start, end], ask: Trust?, answer: {from: 0, to: 10}}]"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@dataclass
class Page(HTMLParser):
    """What stands in a page: tags, attributes, and the text of each part."""

    tags: set[str] = field(default_factory=set)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)
    figures: int = 0
    captions: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._part = "top"
        self._in_caption = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag == "section":
            self._part = dict(attrs)["id"] or ""
        self.figures += tag == "svg"
        if tag == "figcaption":
            self._in_caption = True
            self.captions.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_caption = self._in_caption and tag != "figcaption"

    def handle_data(self, data: str) -> None:
        self.parts[self._part] = self.parts.get(self._part, "") + data
        if self._in_caption:
            self.captions[-1] += data


def read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def play(program: Program) -> Program:
    text = two_days(probes=PROBES, title=f'"Wing {HOSTILE}"', note=f'"Who bends? {HOSTILE}"')
    assert program("run", program.file(text)).code == 0
    return program


@pytest.fixture
def swept(program: Program) -> Program:
    """Eight conversations in four conditions, whose title and note are hostile."""
    return play(program)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of their report, which tests only read."""
    program = play(Program(tmp_path_factory.mktemp("reported"), environment()))
    analyzed(program)
    return program.folder / "out"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def analyzed(program: Program, *arguments: str) -> Page:
    sweep = program("list", "sweeps", "--json").json[0]["sweep"]
    result = program("analyze", sweep, "--out", "out", *arguments)
    assert result.code == 0, result.err
    return read(program.folder / "out" / "report.html")


@pytest.mark.slow
def test_a_page_says_question_design_losses_checks_results_models_passages_and_methods(report: Path) -> None:
    page = read(report / "report.html")
    assert list(page.parts)[1:] == ["hypotheses", "design", "ran", "checks", "results", "models", "passages", "methods"]
    assert "Who bends?" in page.parts["top"]
    assert "8 of 8 runs are offline: their words are stand-ins" in page.parts["top"]
    assert "first_speaker" in page.parts["design"]
    assert "8 runs are planned; 8 were begun" in page.parts["ran"]
    assert "name_only" in page.parts["checks"]
    assert "every comparison is exploratory" in page.parts["results"]
    assert "trust" in page.parts["results"]
    assert "SHA-256 of all rows that went in" in page.parts["methods"]
    assert all("95 %" in caption or "interval" in caption for caption in page.captions)
    assert page.figures == len(page.captions) > 4


@pytest.mark.slow
def test_a_page_holds_no_script_nothing_remote_and_no_markup_of_texts(report: Path) -> None:
    page = read(report / "report.html")
    assert not page.tags & {"script", "img", "link", "iframe", "object"}
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert all(value.startswith("#") for name, value in page.attributes if name in {"href", "xlink:href"})
    assert "http" not in (report / "report.html").read_text().replace("http-equiv", "")
    assert HOSTILE in page.parts["top"]


def test_tables_and_figures_stand_beside_the_page(report: Path) -> None:
    assert len(rows(report / "tables" / "runs.csv")) == 8
    assert (report / "tables" / "messages.parquet").exists()
    pictures = {one.suffix for one in (report / "figures").iterdir()}
    assert pictures == {".svg", ".png"}
    means = [row for row in rows(report / "results" / "means.csv") if row["outcome"] == "words"]
    assert len(means) == 4
    assert {row["runs"] for row in means} == {"2"}


@pytest.mark.slow
def test_levels_are_compared_with_the_first_of_the_file_or_with_the_declared_one(swept: Program, report: Path) -> None:
    found = {row["baseline"] for row in rows(report / "results" / "contrasts.csv")}
    assert found == {"4", "guard"}
    analyzed(swept, "--baseline", "first_speaker=prisoner")
    found = {row["baseline"] for row in rows(swept.folder / "out" / "results" / "contrasts.csv")}
    assert found == {"4", "prisoner"}
    sweep = swept("list", "sweeps", "--json").json[0]["sweep"]
    result = swept("analyze", sweep, "--out", "other", "--baseline", "first_speaker=warden")
    assert result.code == 2
    assert "its levels are guard, prisoner" in result.err
    assert not (swept.folder / "other" / "report.html").exists()


def test_what_cannot_be_estimated_says_why_in_its_place(report: Path) -> None:
    page = read(report / "report.html")
    assert "all 2 runs have the same value: a t interval would have no width" in page.parts["results"]


@pytest.mark.slow
def test_runs_that_are_missing_are_counted_and_the_page_is_the_same_for_the_same_runs(program: Program) -> None:
    assert program("run", program.file(two_days(probes=PROBES)), "--limit", "5").code in {0, 3}
    page = analyzed(program)
    assert "8 runs are planned; 5 were begun" in page.parts["ran"]
    assert "left out: 3 not begun" in page.parts["ran"]
    first = (program.folder / "out" / "report.html").read_text()
    analyzed(program)
    assert (program.folder / "out" / "report.html").read_text() == first


@pytest.mark.slow
def test_a_feed_has_a_report_too(program: Program) -> None:
    sweep = "{factors: {days: [1, 2]}, replicates: 3}"
    assert program("run", program.file(small_feed(sweep=sweep, days=None))).code == 0
    page = analyzed(program)
    assert "6 runs are planned; 6 were begun" in page.parts["ran"]
    assert "days: 2 less 1" in page.parts["results"]
    assert rows(program.folder / "out" / "tables" / "posts.csv")


@pytest.mark.slow
def test_pages_are_written_beside_the_report_and_never_over_others(program: Program) -> None:
    assert program("run", program.file(small_feed(sweep="{replicates: 3}"))).code == 0
    assert program("analyze", "Small", "--pages").code == 0
    report = program.folder / "report" / "report.html"
    assert ("href", "pages/index.html") in read(report).attributes
    assert (program.folder / "report" / "pages" / "index.html").exists()
    again = program("analyze", "Small", "--pages")
    assert (again.code, "report/pages holds something already; remove it" in again.err) == (2, True)


@pytest.mark.slow
def test_a_table_from_elsewhere_has_the_same_report(program: Program) -> None:
    design = DESIGN + "models: [{formula: hostility ~ goal}]\n"
    write_files(program.folder, paper_table(), design)
    result = program("analyze", "--data", "paper.csv", "--design", "design.yaml", "--out", "out")
    assert result.code == 0, result.err
    assert "192 rows are of 32 runs." in result.out
    page = read(program.folder / "out" / "report.html")
    assert list(page.parts)[1:] == ["design", "ran", "checks", "results", "methods"]
    assert "A paper's table" in page.parts["top"]
    assert "belong together over the conditions" in page.parts["design"]
    assert "ICC(1) of rows within runs" in page.parts["results"]
    assert "hostility ~ goal" in page.parts["results"]
    assert "Odds ratios" in page.parts["results"]
    assert len(rows(program.folder / "out" / "tables" / "runs.csv")) == 32
    assert {"odds.csv", "models.csv", "losses.csv", "likeness.csv"} <= {
        one.name for one in (program.folder / "out" / "results").iterdir()
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--data", "paper.csv"], "--data needs --design"),
        (["--design", "design.yaml"], "--design describes a table"),
        (["x", "--data", "paper.csv", "--design", "design.yaml"], "instead of TARGET"),
        ([], "name a TARGET"),
        (["--data", "none.csv", "--design", "design.yaml"], "none.csv cannot be read"),
        (["--data", "paper.csv", "--design", "design.yaml", "--baseline", "goal=x"], "no run has this level"),
    ],
)
def test_a_table_that_cannot_be_analysed_says_why_and_nothing_is_written(
    program: Program, arguments: list[str], message: str
) -> None:
    write_files(program.folder, "goal,model,seed,persuaded,hostility\nyard,a,1,yes,3\nescape,a,1,no,4\n",
                DESIGN.replace("{baseline: llama}", "{}"))  # fmt: skip
    result = program("analyze", *arguments, "--out", "out/paper")
    assert result.code == 2
    assert message in result.err
    assert not (program.folder / "out").exists()


@pytest.mark.slow
def test_hostile_cells_of_a_table_are_no_markup_and_no_formula(program: Program) -> None:
    table = f'goal,y\n"{HOSTILE}",1\n"=1+1",2\n"{HOSTILE}",3\n"=1+1",2\n'
    write_files(program.folder, table, "factors: {goal: {}}\noutcomes: {y: {}}\n")
    assert program("analyze", "--data", "paper.csv", "--design", "design.yaml", "--out", "out").code == 0
    page = read(program.folder / "out" / "report.html")
    assert not page.tags & {"script", "img"}
    assert "'=1+1" in {row["goal"] for row in rows(program.folder / "out" / "tables" / "runs.csv")}


@pytest.mark.slow
def test_a_declared_analysis_of_a_sweep_has_its_outcomes_baseline_exclusions_and_models(swept: Program) -> None:
    (swept.folder / "spec.yaml").write_text(
        'outcomes: {"trust · guard · end": {type: scale, from: 0, to: 10}, words: {}}\n'
        "factors: {first_speaker: {baseline: prisoner}}\n"
        "exclusions: [{column: messages, below: 3, why: too short}]\n"
        "models: [{formula: words ~ first_speaker + messages}]\ncorrection: holm\n"
    )
    page = analyzed(swept, "--spec", "spec.yaml")
    contrasts = rows(swept.folder / "out" / "results" / "contrasts.csv")
    assert {row["outcome"] for row in contrasts} <= {"trust · guard · end", "words"}
    assert {(row["factor"], row["baseline"]) for row in contrasts} == {("first_speaker", "prisoner")}
    assert "too short: 0 runs" in page.parts["checks"]
    assert "the family that spec.yaml declares" in page.parts["results"]
    assert "words ~ first_speaker + messages" in page.parts["results"]
    assert "Declared in spec.yaml" in page.parts["methods"]
    (swept.folder / "spec.yaml").write_text("outcomes: {trusd: {}}\n")
    sweep = swept("list", "sweeps", "--json").json[0]["sweep"]
    result = swept("analyze", sweep, "--spec", "spec.yaml", "--out", "other")
    assert (result.code, "no finished run has 'trusd'" in result.err) == (2, True)


def notebook_of(program: Program, target: str) -> dict[str, Any]:
    told = program("analyze", target, "--out", "out", "--notebook", "--json").json
    assert "out/analysis.ipynb" in told["files"]
    tree: dict[str, Any] = json.loads((program.folder / "out" / "analysis.ipynb").read_text(encoding="utf-8"))
    return tree


@pytest.mark.slow
def test_a_notebook_is_of_the_format_and_holds_no_markup_or_code_of_titles(program: Program) -> None:
    title = "</h1><img src=x> \\\"'''\\n"
    program("run", program.file(two_days(title=json.dumps(title), probes=PROBES)))
    tree = notebook_of(program, title)
    assert (tree["nbformat"], tree["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in tree["cells"]}) == len(tree["cells"])
    for cell in tree["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)
            compile(text, cell["id"], "exec")
        else:
            assert "<img" not in text


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["probes", "messages", "feed"])
def test_the_notebook_runs_from_top_to_bottom(program: Program, kind: str) -> None:
    text = small_feed() if kind == "feed" else two_days(probes=PROBES if kind == "probes" else "[]")
    program("run", program.file(text))
    tree = notebook_of(program, "Small" if kind == "feed" else "Two days")
    cells = ["".join(cell["source"]) for cell in tree["cells"] if cell["cell_type"] == "code"]
    checks = "assert len(data) and (data['value'] > 0).any(), data\nassert account['taken'] == len(runs)\n"
    checks += "import vl_convert\nassert '<svg' in vl_convert.vegalite_to_svg(figure.to_dict())\nprint(outcome)\n"
    # As Jupyter does it: in the folder of the notebook, in a Python of its own.
    result = subprocess.run(  # our own notebook
        [sys.executable, "-c", "\n".join([*cells, checks])],
        cwd=program.folder / "out", capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    expected = {"probes": "mean answer to trust", "messages": "words a message", "feed": "words a message"}
    assert result.stdout.strip() == expected[kind]


@pytest.mark.slow
@pytest.mark.parametrize("own_servers", [True, False])
def test_a_report_says_of_which_models_no_server_answered_both(program: Program, own_servers: bool) -> None:
    with openai_server() as first, openai_server() as second:
        models = f"{{one: {entry(first)}, other: {entry(second if own_servers else first)}}}"
        sweep = "{factors: {model: [one, other], messages: 2}, replicates: 2}"
        assert program("run", program.file(small(models=models, sweep=sweep)), "--yes").code == 0
    assert program("analyze", "Small", "--out", "report").code == 0
    page = (program.folder / "report" / "report.html").read_text(encoding="utf-8")
    assert ("No server answered both of: one and other." in page) is own_servers
