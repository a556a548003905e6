"""A table from elsewhere has the statistics of a sweep: each number against scipy or statsmodels, each loss counted."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from sociarium.analysis.declaration import read_declaration
from sociarium.analysis.report.compute import compute, condition_table
from sociarium.analysis.report.contrast_rows import baselines_of
from sociarium.analysis.report.declare import declared_baselines
from sociarium.analysis.report.fork_rows import fork_rows
from sociarium.analysis.report.gather_table import gather_table
from sociarium.analysis.report.inputs import ORIGIN, ReportInputs
from sociarium.analysis.report.page import Heading, page
from sociarium.analysis.report.records import Computed
from sociarium.errors import BadInput, DefinitionError
from sociarium.figures.charts import DistributionChart
from tests.support.cluster_errors import written_out
from tests.support.outside_tables import DESIGN, paper_table, write_files

TABLE = paper_table()
FAILED = "loss: {column: status, failed: [error]}\n"


def analysis(folder: Path, design: str, table: pd.DataFrame | str = TABLE) -> tuple[ReportInputs, Computed]:
    data, declared = write_files(folder, table, design)
    inputs = gather_table(data, read_declaration(declared, of_table=True))
    return inputs, compute(inputs, baselines_of(inputs, declared_baselines(inputs, {})))


def runs() -> pd.DataFrame:
    """A row a run, reckoned without the program."""
    rows = TABLE.dropna(subset=["hostility"]).copy()
    rows["y"] = rows["hostility"].astype(float)
    rows["yes"] = (rows["persuaded"] == "yes").astype(float)
    return rows.groupby(["model", "goal", "seed"])[["y", "yes"]].mean().reset_index()


def refusal(folder: Path, design: str, table: pd.DataFrame | str = TABLE) -> str:
    with pytest.raises(BadInput) as caught:
        analysis(folder, design, table)
    return str(caught.value)


@pytest.mark.slow
def test_contrasts_are_the_paired_t_over_blocks_of_scipy(tmp_path: Path) -> None:
    _, computed = analysis(tmp_path, DESIGN + FAILED)
    [goal] = [row for row in computed.outcomes[1].contrasts if row.factor == "goal"]
    table = runs().pivot(index=["seed", "model"], columns="goal", values="y").dropna()
    blocks = table.groupby("seed").mean()
    reference = stats.ttest_rel(blocks["escape"], blocks["yard"])
    assert goal.result is not None
    assert (goal.level, goal.baseline, goal.pairs, goal.n) == ("escape", "yard", 8, (15, 15))
    assert goal.result.p == pytest.approx(reference.pvalue)
    assert (goal.result.low, goal.result.high) == pytest.approx(tuple(reference.confidence_interval()))
    assert goal.correlation == pytest.approx(stats.pearsonr(blocks["escape"], blocks["yard"])[0])


LOGARITHM = DESIGN.replace("{type: scale, from: 1, to: 7}", "{type: scale, from: 1, to: 7, logarithm: true}")


@pytest.mark.slow
def test_a_logarithm_is_an_outcome_of_its_own_name_with_the_contrasts_of_scipy(tmp_path: Path) -> None:
    inputs, computed = analysis(
        tmp_path, LOGARITHM + "moments: [turn]\nmodels: [{formula: '`log hostility` ~ goal'}]\n"
    )
    outcome = computed.outcomes[1]
    assert (outcome.name, "log hostility" in inputs.runs, "hostility" in inputs.runs) == ("log hostility", True, False)
    assert "a factor of exp(d)" in outcome.meaning
    [goal] = [row for row in outcome.contrasts if row.factor == "goal"]
    rows = TABLE.dropna(subset=["hostility"]).assign(y=lambda one: np.log(one["hostility"].astype(float)))
    table = rows.groupby(["model", "goal", "seed"])["y"].mean().unstack("goal").dropna().groupby("seed").mean()
    reference = stats.ttest_rel(table["escape"], table["yard"])
    assert goal.result is not None
    assert goal.result.p == pytest.approx(reference.pvalue)
    assert computed.models[0].fit is not None
    assert "log hostility-by-turn-and-goal" in dict(computed.curves)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "{type: scale, from: 1, to: 7}",
            "{type: scale, from: 0, to: 7, logarithm: true}",
            "reaches 0 has no logarithm",
        ),
        ("{type: yes_no}", "{type: yes_no, logarithm: true}", "yes_no has no logarithm"),
        ("{type: yes_no}", "{type: yes_no}\n  log hostility: {}", "would be called log hostility, as another"),
    ],
)
def test_what_has_no_logarithm_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    design = (LOGARITHM if "log hostility" in new else DESIGN).replace(old, new)
    with pytest.raises(DefinitionError, match=words):
        analysis(tmp_path, design)


def test_a_cell_without_a_logarithm_is_refused_with_its_line(tmp_path: Path) -> None:
    design = "run: run\noutcomes: {reach: {logarithm: true}}\n"
    assert "line 3: 'reach' is 0, which has no logarithm" in refusal(tmp_path, design, "run,reach\na,2\nb,0\n")


def test_intervals_of_shares_stay_between_0_and_1_and_those_of_sums_and_differences_do_not(tmp_path: Path) -> None:
    rows = "run,block,mood,agreed\n" + "".join(
        f"{mood}{block},{block},{mood},{'yes' if block or mood == 'calm' else 'no'}\n" * 2
        for mood in ("calm", "cross", "cold")
        for block in range(4)
    )
    design = "run: run\nblock: block\nfactors: {mood: {}}\noutcomes:\n  agreed: {type: yes_no"
    inputs, computed = analysis(tmp_path, f"{design}}}\n", rows)
    [agreed] = computed.outcomes
    cold = next(row for row in agreed.means if "cold" in row.label)
    plain = stats.t.interval(0.95, 3, 0.75, 0.5 / 2)
    assert plain[1] > 1
    assert (cold.mean, cold.low, cold.high) == (0.75, pytest.approx(max(0.0, plain[0])), 1.0)
    table = condition_table(inputs, "agreed")
    assert table is not None
    assert all(one.high is None or one.high <= 1 for one in table.conditions)
    _, summed = analysis(tmp_path, f"{design}, how: sum}}\n", rows)
    assert next(row for row in summed.outcomes[0].means if "cold" in row.label).high == pytest.approx(2 * plain[1])


def test_one_yes_or_no_a_run_has_the_interval_of_wilson_also_where_all_runs_say_the_same(tmp_path: Path) -> None:
    rows = "run,mood,agreed\n" + "".join(
        f"{mood}{number},{mood},{'yes' if number < yes else 'no'}\n"
        for mood, yes in (("calm", 12), ("cross", 1))
        for number in range(12)
    )
    design = "run: run\nfactors: {mood: {}}\noutcomes: {agreed: {type: yes_no}}\n"
    inputs, computed = analysis(tmp_path, design, rows)
    [agreed] = computed.outcomes
    table = condition_table(inputs, "agreed")
    assert table is not None
    for row, mean, yes in zip(agreed.means, table.conditions, (12, 1), strict=True):
        ends = proportion_confint(yes, 12, method="wilson")
        assert (row.low, row.high) == (mean.low, mean.high) == pytest.approx(tuple(ends))
    assert agreed.interval == "Wilson's"
    assert not [note for note in agreed.notes if "single means" in note]


@pytest.mark.parametrize(
    ("escape", "lede"),
    [
        ("no", "None of 1 comparisons</strong> could be estimated; each says why"),
        ("yes", "None of 1 comparisons</strong> shows a difference after correction"),
    ],
)
def test_what_could_not_be_estimated_is_not_said_to_show_no_difference(tmp_path: Path, escape: str, lede: str) -> None:
    rows = "goal,agreed\n" + "yard,yes\n" * 8 + f"escape,{escape}\n" * 6 + "escape,no\n" * 2
    design = "factors: {goal: {}}\noutcomes: {agreed: {type: yes_no}}\n"
    inputs, computed = analysis(tmp_path, design, rows)
    assert lede in page(Heading("T", "", "t", {}, ""), inputs, computed, {}, {})


@pytest.mark.slow
def test_means_losses_and_tables_have_levels_in_the_declared_order(tmp_path: Path) -> None:
    inputs, computed = analysis(tmp_path, DESIGN + FAILED)
    assert [row.label for row in computed.outcomes[1].means][:2] == [
        "goal=yard · model=llama",
        "goal=yard · model=qwen",
    ]
    assert [one.levels for one in computed.losses[0].conditions] == [("yard",), ("escape",)]
    table = condition_table(inputs, "hostility")
    assert table is not None
    assert table.conditions[0].levels == ("yard", "llama")


def test_each_level_that_cannot_be_compared_has_the_reason_that_is_its_own(tmp_path: Path) -> None:
    rows = "run,block,mood,force\n" + "".join(f"{one},1,{one},{at}\n" for at, one in enumerate("abc"))
    _, computed = analysis(
        tmp_path, "run: run\nblock: block\nfactors: {mood: {baseline: a}}\noutcomes: {force: {type: number}}\n", rows
    )
    [force] = computed.outcomes
    assert [(row.level, row.note.split(":")[1].strip()) for row in force.contrasts] == [
        ("b", "b against a"),
        ("c", "c against a"),
    ]
    assert list(force.refused) == [row.note for row in force.contrasts]


@pytest.mark.slow
def test_a_declared_family_is_corrected_by_holm_and_what_is_explored_by_benjamini_and_hochberg(tmp_path: Path) -> None:
    for correction, method in (("holm", "holm"), ("benjamini-hochberg", "fdr_bh")):
        _, computed = analysis(tmp_path, f"{DESIGN}correction: {correction}\n")
        rows = [row for one in computed.outcomes for row in one.contrasts]
        raw = [row.result.p for row in rows if row.result]
        assert len(raw) == len(rows) == computed.comparisons == 4
        assert [row.p_adjusted for row in rows] == pytest.approx(list(multipletests(raw, method=method)[1]))


@pytest.mark.slow
def test_odds_ratios_are_the_gee_of_statsmodels_with_blocks_as_clusters(tmp_path: Path) -> None:
    _, computed = analysis(tmp_path, DESIGN)
    [goal] = [row for row in computed.odds if row.factor == "goal"]
    rows = TABLE.dropna(subset=["persuaded"])
    x = sm.add_constant((rows["goal"] == "escape").astype(float))
    yes = (rows["persuaded"] == "yes").astype(float)
    fit = written_out(yes.to_numpy(), x.to_numpy(), rows["seed"].to_numpy(), sm.families.Binomial())
    assert goal.term is not None
    assert goal.term.odds_ratio is not None
    assert goal.term.odds_ratio[0] == pytest.approx(float(np.exp(fit.params[1])))
    assert goal.term.se == pytest.approx(float(fit.errors[1]))
    assert (goal.rows, goal.clusters) == (len(rows), 8)


@pytest.mark.slow
def test_formulas_are_those_of_statsmodels_over_runs_or_over_rows(tmp_path: Path) -> None:
    models = (
        'models: [{formula: "hostility ~ goal * model", cluster: seed}, '
        '{formula: "hostility ~ goal + turn", kind: mixed, over: rows, cluster: seed}, {formula: "hostility ~ mood"}]'
    )
    _, computed = analysis(tmp_path, f"{DESIGN}moments: [turn]\n{models}\n")
    linear, mixed, wrong = computed.models
    data = runs()
    data["escape"], data["qwen"] = (data["goal"] == "escape").astype(float), (data["model"] == "qwen").astype(float)
    x = sm.add_constant(data[["escape", "qwen"]].assign(both=data["escape"] * data["qwen"])).to_numpy()
    gee = written_out(data["y"].to_numpy(dtype=float), x, data["seed"].to_numpy(), sm.families.Gaussian())
    assert linear.fit is not None
    assert [term.estimate for term in linear.fit.terms] == pytest.approx(list(gee.params))
    assert [term.se for term in linear.fit.terms] == pytest.approx(list(gee.errors))
    assert linear.fit.clusters == 8
    below = TABLE.dropna(subset=["hostility"]).assign(
        y=lambda one: one["hostility"].astype(float), escape=lambda one: (one["goal"] == "escape").astype(float)
    )
    reference = smf.mixedlm("y ~ escape + turn", below, groups="seed").fit(reml=True)
    assert mixed.fit is not None
    assert [term.estimate for term in mixed.fit.terms] == pytest.approx(list(reference.fe_params), rel=1e-3)
    assert mixed.fit.n == len(below)
    assert wrong.fit is None
    assert "'mood'" in wrong.refused


@pytest.mark.slow
def test_runs_are_excluded_by_declared_rules_and_results_are_given_with_them_too(tmp_path: Path) -> None:
    rule = "exclusions: [{column: probe, is: missed}]\n"
    inputs, computed = analysis(tmp_path, DESIGN + FAILED + rule)
    assert [(one.words, one.runs) for one in inputs.exclusions] == [("probe is missed", 2)]
    assert (computed.finished, computed.excluded) == (31, 2)
    [without] = [row for row in computed.outcomes[1].contrasts if row.factor == "goal"]
    _, every = analysis(tmp_path, DESIGN + FAILED)
    [all_runs] = [row for row in every.outcomes[1].contrasts if row.factor == "goal"]
    assert without.without == all_runs.result
    assert without.result != all_runs.result
    assert without.n == (14, 14)


def test_every_row_is_counted_in_or_out_with_the_reason(tmp_path: Path) -> None:
    table = TABLE.copy()
    table.loc[[0, 1], "seed"] = None
    table.loc[[30], "goal"] = None
    inputs, _ = analysis(tmp_path, DESIGN + "rows: [{column: model, is: [llama]}]\n", table)
    assert inputs.table is not None
    assert inputs.table.intake == (
        "192 rows of 8 columns, separated by commas",
        "left out: 96 rows, for which it does not hold that model is llama",
        "left out: 1 row, in which 'goal' is empty",
        "left out: 2 rows, in which 'seed' is empty",
        "93 rows are of 16 runs",
    )
    assert inputs.fixed == {"model": "llama"}


@pytest.mark.slow
def test_lost_runs_are_tested_by_condition_and_a_run_without_outcome_is_empty(tmp_path: Path) -> None:
    _, computed = analysis(tmp_path, DESIGN)
    goal = computed.losses[0]
    assert [(one.levels, one.counts) for one in goal.conditions] == [(("yard",), (0,) * 4), (("escape",), (1, 0, 0, 0))]
    assert goal.tests[0].p == pytest.approx(stats.fisher_exact([[1, 0], [15, 16]]).pvalue)
    _, computed = analysis(tmp_path, DESIGN + FAILED)
    assert computed.losses[0].conditions[1].counts == (0, 0, 0, 1)
    assert computed.finished == 31


@pytest.mark.slow
def test_likeness_of_rows_and_of_blocks_is_shown_for_every_outcome(tmp_path: Path) -> None:
    _, computed = analysis(tmp_path, DESIGN)
    rows, blocks = computed.outcomes[1].likeness
    assert (rows.kind, blocks.kind) == ("rows within runs", "runs within replicates")
    data = TABLE.dropna(subset=["hostility"]).assign(y=lambda one: one["hostility"].astype(float))
    data["run"], data["cell"] = data.groupby(["model", "goal", "seed"]).ngroup(), data["model"] + data["goal"]
    cells, of_runs = smf.ols("y ~ C(cell)", data).fit(), smf.ols("y ~ C(run)", data).fit()
    between = (cells.ssr - of_runs.ssr) / (cells.df_resid - of_runs.df_resid)
    within = of_runs.mse_resid
    assert rows.value == pytest.approx((between - within) / (between + 5 * within))


@pytest.mark.slow
def test_categories_become_shares_and_curves_go_by_the_declared_moment(tmp_path: Path) -> None:
    table = TABLE.assign(stance=["for", "against", "neither"] * 64)
    design = DESIGN + "  stance: {type: category, values: [for, against, neither]}\nmoments: [turn]\n"
    inputs, computed = analysis(tmp_path, design, table)
    shares = [name for name in inputs.outcomes if name.startswith("stance")]
    assert shares == ["stance = for", "stance = against", "stance = neither"]
    assert inputs.runs[shares].sum(axis=1).eq(1).all()
    assert {f"hostility-by-turn-and-{factor}" for factor in ("goal", "model")} <= set(dict(computed.curves))


def test_two_categories_are_one_outcome_that_is_corrected_for_once_and_has_bars_at_no_and_yes(tmp_path: Path) -> None:
    rows = "run,mood,vote\n" + "".join(
        f"{mood}{number},{mood},{'leave' if number < (2 if mood == 'calm' else 9) else 'stay'}\n"
        for mood in ("calm", "tense")
        for number in range(12)
    )
    design = "run: run\nfactors: {mood: {levels: [calm, tense]}}\n"
    design += "outcomes: {vote: {type: category, values: [stay, leave]}}\n"
    inputs, computed = analysis(tmp_path, design, rows)
    assert [one.name for one in computed.outcomes] == ["vote = stay"]
    assert computed.comparisons == 1
    [row] = computed.outcomes[0].contrasts
    assert row.result is not None
    assert row.p_adjusted == row.result.p
    assert "the others said leave" in inputs.outcomes["vote = stay"]
    charts = dict(computed.outcomes[0].charts)
    assert charts["distribution"] == DistributionChart(
        "vote = stay, runs", "vote = stay", bars=(("no", 11), ("yes", 13))
    )


def test_each_row_is_a_run_where_no_run_is_named_and_unblocked_runs_are_compared_by_welch(tmp_path: Path) -> None:
    data = runs()
    design = "factors: {goal: {baseline: yard}}\noutcomes: {y: {}}\n"
    inputs, computed = analysis(tmp_path, design, data)
    assert len(inputs.runs) == 31
    [row] = computed.outcomes[0].contrasts
    reference = stats.ttest_ind(data["y"][data["goal"] == "escape"], data["y"][data["goal"] == "yard"], equal_var=False)
    assert row.result is not None
    assert (row.method, row.result.p) == ("Welch", pytest.approx(reference.pvalue))


BASE = "factors: {goal: {}}\noutcomes: {y: {OUTCOME}}\n"


@pytest.mark.parametrize(
    ("outcome", "table", "message"),
    [
        ("", 'goal,y\na,1\nb,"1,5"\n', "paper.csv, line 3: 'y' is '1,5', no number; if ',' stands before the fraction"),
        (
            "",
            "goal,y\na,1\nb,five\n",
            "line 3: 'y' is 'five', no number; write a number, or name the text in `missing`",
        ),
        ("type: scale, from: 1, to: 7", "goal,y\na,1\nb,9\n", "line 3: 'y' is 9, beyond its bounds (1 to 7)"),
        ("type: yes_no", "goal,y\na,1\nb,maybe\n", "line 3: 'y' is 'maybe', neither yes nor no"),
        ("type: category, values: [p, q]", "goal,y\na,p\nb,r\n", "line 3: 'y' is 'r', none of its values"),
        ("", "goal,y\na,1\nb,-1e308\n", "line 3: 'y' is '-1e308', too large to compute with"),
        ("", "gaol,y\na,1\nb,2\n", "factors.goal: there is no column 'goal'; did you mean gaol?"),
        ("", "goal,y\n,1\n,2\n", "no row is left; 2 rows of 2 columns"),
    ],
)
def test_a_cell_that_is_not_as_declared_is_refused_with_its_line_and_the_mend(
    tmp_path: Path, outcome: str, table: str, message: str
) -> None:
    assert message in refusal(tmp_path, BASE.replace("OUTCOME", outcome), table)


def test_a_run_that_stands_in_two_conditions_is_refused(tmp_path: Path) -> None:
    text = refusal(tmp_path, DESIGN.replace("run: [model, goal, seed]", "run: seed"))
    assert "run '1' has 2 values of 'goal'; a run has one: name more columns in `run`" in text


def test_levels_that_no_row_has_or_that_are_not_declared_are_refused(tmp_path: Path) -> None:
    assert "line 50: 'goal' is 'escape', none of its levels" in refusal(
        tmp_path, DESIGN.replace("[yard, escape]", "[yard, freedom]")
    )
    assert "factors.model.baseline: no run has 'lama'; its levels are llama, qwen" in refusal(
        tmp_path, DESIGN.replace("baseline: llama", "baseline: lama")
    )


def test_only_declared_comparisons_are_made(tmp_path: Path) -> None:
    _, computed = analysis(tmp_path, DESIGN.replace("{baseline: llama}", "{baseline: llama, compare: []}"))
    assert {row.factor for one in computed.outcomes for row in one.contrasts} == {"goal"}
    assert computed.comparisons == 2


def test_forks_are_compared_with_the_sham_of_their_origin(tmp_path: Path) -> None:
    data = runs().rename(columns={"goal": "arm"}).replace({"yard": "sham"})
    inputs, _ = analysis(tmp_path, "factors: {arm: {}, model: {}}\noutcomes: {y: {}, yes: {}}\n", data)
    assert fork_rows(inputs) == ()
    frame = inputs.runs.assign(**{ORIGIN: data["model"] + data["seed"].astype(str)})
    first, second = fork_rows(replace(inputs, runs=frame))
    pairs = data.pivot(index=["model", "seed"], columns="arm", values="y").dropna()
    reference = stats.ttest_rel(pairs["escape"], pairs["sham"])
    assert first.effect is not None
    assert second.effect is not None
    assert (first.arm, first.effect.origins, first.effect.unpaired) == ("escape", 15, 1)
    assert first.effect.result.p == pytest.approx(reference.pvalue)
    raw = [first.effect.result.p, second.effect.result.p]
    assert [first.p_adjusted, second.p_adjusted] == pytest.approx(list(multipletests(raw, method="fdr_bh")[1]))
    assert baselines_of(inputs, {})["arm"] == "sham"


def test_one_of_something_is_said_as_one(tmp_path: Path) -> None:
    table = pd.DataFrame({"run": ["a", "a"], "group": "x", "score": [1.0, 2.0], "": [1, 2]})
    design = "run: run\nfactors: {group: {}}\noutcomes: {score: {}}\nmodels: [{formula: score ~ group}]\n"
    inputs, computed = analysis(tmp_path, design, table)
    assert inputs.table is not None
    assert inputs.table.intake[1:] == ("1 column without a name is not read", "2 rows are of 1 run")
    assert "1 row has all columns" in computed.models[0].refused or "one level" in computed.models[0].refused
    text = page(Heading("", "", "", {}, ""), inputs, computed, {}, {})
    assert not re.findall(r"(?<![\d,.])1 (?:runs|rows|replicates|people|columns|messages)\b", text)
