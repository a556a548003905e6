"""`compare-humans`: what people answered beside what agents did, by run; and `analyze --humans`."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from scipy import stats

from tests.support.definitions import small_feed
from tests.support.played_stores import two_days
from tests.support.program import Program

PROBES = (
    "[{name: trust, at: [end], ask: Trust?, answer: {from: 0, to: 10}}, "
    "{name: vote, at: [end], ask: Vote?, answer: {choices: [stay, leave]}}]"
)
TRUST, VOTE = "trust · guard · end", "vote · guard · end"


@pytest.fixture
def swept(program: Program) -> Program:
    """Eight conversations in four conditions; 40 people who answered the same questions."""
    assert program("run", program.file(two_days(probes=PROBES))).code == 0
    rng = np.random.default_rng(3)
    with (program.folder / "humans.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["person", "trust_item", "choice", "post", "speaker"])
        for number in range(40):
            answers = [int(rng.integers(0, 11)), ["stay", "leave"][number % 4 == 0]]
            speaker = ["guard", "prisoner"][number % 2]
            writer.writerow([f"p{number}", *answers, "I wonder, what #now? https://example.org", speaker])
    return program


def sweep_of(program: Program) -> str:
    return str(program("list", "sweeps", "--json").json[0]["sweep"])


@pytest.mark.slow
def test_means_shares_and_distances_are_printed_and_given_as_json_and_csv(swept: Program) -> None:
    arguments = [sweep_of(swept), "--data", "humans.csv", "--map", f"{TRUST}=trust_item", "--map", f"{VOTE}=choice",
                 "--margin", f"{TRUST}=2"]  # fmt: skip
    said = swept("compare-humans", *arguments)
    assert said.code == 0, said.err
    assert "p values shrink with every run" in said.out
    assert "! 8 runs are offline" in said.out
    result = swept("compare-humans", *arguments, "--json", "--csv", "out").json["humans"]
    trust, vote = result["outcomes"]
    assert (trust["kind"], trust["unit"], trust["units"], trust["people"]) == ("scale", "replicates", 2, 40)
    assert [mean["value"] for mean in vote["means"]] == ["stay"]
    assert vote["means"][0]["humans"] == pytest.approx(0.75)
    assert "no interval: 2 replicates and 40 people" in trust["distance"]["note"]
    assert trust["distance"]["halves"] > 0
    [log] = (swept.folder / "logs").glob("*-compare-humans-*.log")
    assert "tester wrote the comparison of the sweep " in log.read_text(encoding="utf-8")
    with (swept.folder / "out" / "humans.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["value"] for row in rows] == ["", "stay"]
    assert float(rows[0]["margin"]) == 2

    tables = {}
    for name in ("probes", "runs"):
        assert swept("export", sweep_of(swept), "--format", "csv", "--out", "tables").code == 0
        [path] = (swept.folder / "tables").rglob(f"{name}.csv")
        with path.open(encoding="utf-8", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    replicate = {row["run"]: row["replicate"] for row in tables["runs"]}
    answers = [(replicate[row["run"]], float(row["number"])) for row in tables["probes"]
               if row["name"] == "trust" and row["role"] == "guard"]  # fmt: skip
    with (swept.folder / "humans.csv").open(newline="") as file:
        people = [float(row["trust_item"]) for row in csv.DictReader(file)]
    distance = stats.wasserstein_distance([value for _, value in answers], people)
    assert trust["distance"]["estimate"] == pytest.approx(distance)
    means = [np.mean([value for one, value in answers if one == name]) for name in ("1", "2")]
    assert trust["means"][0]["agents"] == pytest.approx(np.mean(means))


def test_subgroups_are_factors_of_the_runs_and_columns_of_the_people(swept: Program) -> None:
    result = swept("compare-humans", sweep_of(swept), "--data", "humans.csv", "--map", f"{TRUST}=trust_item",
                   "--by", "first_speaker=speaker", "--json")  # fmt: skip
    assert result.code == 0, result.err
    groups = {one["group"]: one for one in result.json["humans"]["outcomes"]}
    assert set(groups) == {"", "first_speaker=guard", "first_speaker=prisoner"}
    assert groups["first_speaker=guard"]["people"] == 20


@pytest.mark.slow
def test_texts_are_compared_by_length_and_words(swept: Program) -> None:
    result = swept("compare-humans", sweep_of(swept), "--data", "humans.csv", "--map", "text=post", "--json")
    assert result.code == 0, result.err
    outcomes = {one["outcome"]: one for one in result.json["humans"]["outcomes"]}
    assert outcomes["text: words"]["means"][0]["humans"] == 5
    assert outcomes["text: with a link"]["means"][0]["humans"] == 1
    assert "text: distinct words in 20: people have no value" in result.json["humans"]["notes"]


@pytest.mark.slow
def test_a_report_has_a_part_of_people_and_a_file_may_declare_it(swept: Program) -> None:
    (swept.folder / "map.yaml").write_text(
        f'respondent: person\noutcomes: {{"{TRUST}": {{column: trust_item, margin: 1.5}}, '
        f'"{VOTE}": {{column: choice, recode: {{leave: leave}}}}}}\n'
    )
    result = swept("analyze", sweep_of(swept), "--humans", "humans.csv", "--map", "map.yaml", "--out", "out")
    assert result.code == 0, result.err
    page = (swept.folder / "out" / "report.html").read_text()
    assert '<section class="part" id="people">' in page
    assert "Declared in map.yaml, SHA-256" in page
    assert (swept.folder / "out" / "results" / "humans.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--map", f"{TRUST}=trust"], "there is no column 'trust'"),
        (["--map", "trusd=trust_item"], "no finished run has 'trusd'"),
        (["--map", "trust"], "is not OUTCOME=COLUMN"),
        (["--map", f"{VOTE}=speaker"], "line 2: 'speaker' is 'guard', no answer of"),
        (["--map", f"{TRUST}=speaker"], "line 2: 'speaker' is 'guard', no number"),
        (["--map", f"{TRUST}=trust_item", "--margin", f"{TRUST}=0"], "above 0"),
        (["--map", f"{TRUST}=trust_item", "--by", "mood"], "there is no column 'mood'"),
        (["--map", f"{TRUST}=trust_item", "--by", "mood=speaker"], "neither a factor that differs nor a field"),
        (["--map", "none.yaml"], "none.yaml cannot be read"),
        ([], "--map is missing"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_mend(swept: Program, arguments: list[str], message: str) -> None:
    result = swept("compare-humans", sweep_of(swept), "--data", "humans.csv", *arguments)
    assert (result.code, message in result.err) == (2, True), result.err


def test_people_on_another_scale_are_refused(swept: Program) -> None:
    text = (swept.folder / "humans.csv").read_text().replace("p0,", "p0,5", 1)
    (swept.folder / "humans.csv").write_text(text)
    result = swept("compare-humans", sweep_of(swept), "--data", "humans.csv", "--map", f"{TRUST}=trust_item")
    assert result.code == 2
    assert "from 0 to 10; bring both to one scale" in result.err


def test_a_population_stands_beside_a_census(program: Program) -> None:
    people = "[" + ", ".join(
        f"{{handle: p{number}, persona: {{party: {'left' if number < 6 else 'right'}}}}}" for number in range(10)
    ) + "]"  # fmt: skip
    assert program("run", program.file(small_feed(people=people, days="1"))).code == 0
    (program.folder / "census.csv").write_text("attribute,value,share\nparty,left,0.4\nparty,right,0.6\n")
    result = program("compare-humans", sweep_of(program), "--census", "census.csv", "--json")
    assert result.code == 0, result.err
    left = result.json["census"]["rows"][0]
    assert (left["share"], left["census"], left["people"]) == (0.6, 0.4, 6)
    assert program("compare-humans", sweep_of(program), "--census", "census.csv").code == 0
