"""Models by formula against independent fits, and refusals."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats
from sklearn.linear_model import LogisticRegression

from sociarium.analysis.statistics.cluster_errors import cluster_errors
from sociarium.analysis.statistics.models import linear_model, logistic_model, mixed_model
from sociarium.errors import BadInput, NotEstimable
from tests.support.cluster_errors import written_out
from tests.support.synthetic_sweeps import messages, sweep


@pytest.fixture
def runs() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    parts = [sweep(rng, 12, effects=(0, 1), block=0.5).assign(risks=risks) for risks in ("on", "off")]
    frame = pd.concat(parts, ignore_index=True).rename(columns={"goal": "factor.goal", "risks": "section.Risk note"})
    frame["size"] = rng.standard_normal(len(frame))
    return frame


def test_least_squares_is_the_normal_equations(runs: pd.DataFrame) -> None:
    fit = linear_model("outcome ~ factor.goal * section.Risk note + size", runs, baselines={"section.Risk note": "on"})
    goal, risk = runs["factor.goal"] == "c1", runs["section.Risk note"] == "off"
    x = np.column_stack([np.ones(48), goal, risk, goal & risk, runs["size"]]).astype(float)
    params, squares, *_ = np.linalg.lstsq(x, runs.outcome.to_numpy(), rcond=None)
    errors = np.sqrt(np.diag(np.linalg.inv(x.T @ x)) * squares[0] / 43)
    names = [term.name for term in fit.terms]
    assert names == [
        "Intercept", "factor.goal[c1]", "section.Risk note[off]", "factor.goal[c1]:section.Risk note[off]", "size",
    ]  # fmt: skip
    assert [term.estimate for term in fit.terms] == pytest.approx(list(params))
    assert [term.se for term in fit.terms] == pytest.approx(list(errors))
    assert fit.terms[1].high == pytest.approx(params[1] + stats.t.ppf(0.975, 43) * errors[1])
    assert (fit.n, fit.missing) == (48, 0)


def test_rows_with_an_empty_column_are_left_out_and_counted(runs: pd.DataFrame) -> None:
    runs.loc[[0, 5], "size"] = None
    assert (fit := linear_model("outcome ~ size", runs)).n == 46
    assert fit.missing == 2


def test_tables_from_arrow_are_read_as_any_other(runs: pd.DataFrame) -> None:
    arrow = runs.assign(odd=runs["size"] > 0).convert_dtypes(dtype_backend="pyarrow")
    formula = "outcome ~ factor.goal + size + odd"
    plain = linear_model(formula, runs.assign(odd=runs["size"] > 0), cluster="replicate")
    fit = linear_model(formula, arrow, cluster="replicate")
    assert [term.name for term in fit.terms] == ["Intercept", "factor.goal[c1]", "odd[true]", "size"]
    assert [term.estimate for term in fit.terms] == pytest.approx([term.estimate for term in plain.terms])


def test_a_logistic_model_is_what_scikit_learn_fits() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"x": rng.standard_normal(300), "g": rng.choice(["a", "b"], 300)})
    frame["yes"] = rng.random(300) < 1 / (1 + np.exp(-(0.3 + frame.x)))
    fit = logistic_model("yes ~ x + g", frame)
    x = np.column_stack([np.ones(300), frame.g == "b", frame.x]).astype(float)
    plain = LogisticRegression(C=1e10, fit_intercept=False, tol=1e-10, max_iter=1000).fit(x, frame.yes)
    assert [term.estimate for term in fit.terms] == pytest.approx(list(plain.coef_[0]), rel=1e-4)
    p = plain.predict_proba(x)[:, 1]
    errors = np.sqrt(np.diag(np.linalg.inv(x.T @ (x * (p * (1 - p))[:, None]))))
    assert [term.se for term in fit.terms] == pytest.approx(list(errors), rel=1e-4)
    assert fit.terms[2].odds_ratio is not None
    assert fit.terms[2].odds_ratio[0] == pytest.approx(np.exp(fit.terms[2].estimate))


def mancl_derouen(frame: pd.DataFrame, x: np.ndarray, cluster: str) -> np.ndarray:
    """Standard errors of the saturated logistic model, by the formula of Mancl and DeRouen (2001), written out."""
    y = frame.outcome.to_numpy()
    p = np.array([y[(x == row).all(axis=1)].mean() for row in x])
    weight = p * (1 - p)
    bread = np.linalg.inv(x.T @ (x * weight[:, None]))
    meat = np.zeros((x.shape[1], x.shape[1]))
    for one in frame[cluster].unique():
        inside = (frame[cluster] == one).to_numpy()
        d = x[inside] * weight[inside][:, None]
        leverage = d @ bread @ (d / weight[inside][:, None]).T
        score = (d / weight[inside][:, None]).T @ np.linalg.solve(np.eye(inside.sum()) - leverage, (y - p)[inside])
        meat += np.outer(score, score)
    return np.sqrt(np.diag(bread @ meat @ bread))


@pytest.mark.parametrize("cluster", ["run", "replicate"])
def test_clusters_have_mancl_and_derouens_covariance_and_satterthwaites_t(cluster: str) -> None:
    frame = messages(np.random.default_rng(3), 7, spread=0.8, block=0.5)
    frame = frame.drop(index=range(3, 11))
    fit = logistic_model("outcome ~ goal", frame, cluster=cluster)
    x = np.column_stack([np.ones(len(frame)), frame.goal == "c1"]).astype(float)
    expected = written_out(frame.outcome.to_numpy(), x, frame[cluster].to_numpy(), sm.families.Binomial())
    assert [term.se for term in fit.terms] == pytest.approx(list(mancl_derouen(frame, x, cluster)), rel=1e-6)
    assert [term.df for term in fit.terms] == pytest.approx(list(expected.df), rel=1e-6)
    assert fit.clusters == frame[cluster].nunique()
    assert fit.icc is not None
    assert fit.icc.value is not None
    assert "94 to 97 %" in fit.notes[0]


@pytest.mark.parametrize("kind", ["linear", "logistic"])
def test_standard_errors_of_clusters_are_those_of_statsmodels_bias_reduced_covariance(kind: str) -> None:
    frame = messages(np.random.default_rng(5), 8, spread=0.8, block=0.5).drop(index=range(40, 55))
    family = sm.families.Binomial() if kind == "logistic" else sm.families.Gaussian()
    fit = (logistic_model if kind == "logistic" else linear_model)("outcome ~ goal * turn", frame, cluster="replicate")
    level = (frame.goal == "c1").astype(float)
    x = np.column_stack([np.ones(len(frame)), level, frame.turn, level * frame.turn])
    expected = written_out(frame.outcome.to_numpy(), x, frame.replicate.to_numpy(), family)
    assert [term.se for term in fit.terms] == pytest.approx(list(expected.errors), rel=1e-6)
    assert [term.df for term in fit.terms] == pytest.approx(list(expected.df), rel=1e-6)


def test_pairs_and_groups_have_the_degrees_of_freedom_of_their_t_tests() -> None:
    frame = sweep(np.random.default_rng(6), 7, effects=(0, 1), block=0.5)
    sides = frame.pivot(index="replicate", columns="goal", values="outcome")
    x = np.column_stack([np.ones(len(frame)), frame.goal == "c1"]).astype(float)
    residuals = frame.outcome.to_numpy() - frame.groupby("goal").outcome.transform("mean").to_numpy()
    paired, groups = (
        cluster_errors(x, residuals, np.ones(len(frame)), pd.factorize(frame[one])[0], where="")
        for one in ("replicate", "run")
    )
    # Mancl and DeRouen's variance is n / (n - 1) times that of the t test.
    assert paired.errors[1] == pytest.approx(stats.sem(sides.c1 - sides.c0) * np.sqrt(7 / 6))
    assert groups.errors[1] == pytest.approx(np.hypot(stats.sem(sides.c1), stats.sem(sides.c0)) * np.sqrt(7 / 6))
    assert (paired.df[1], groups.df[1]) == pytest.approx((6, 12))


def test_a_term_that_one_cluster_alone_determines_is_refused() -> None:
    frame = messages(np.random.default_rng(5), 8, spread=0.8)
    frame["odd"] = np.where(frame.replicate == 3, frame.turn, 0.0)
    with pytest.raises(NotEstimable, match="one cluster alone determines a term"):
        logistic_model("outcome ~ odd", frame, cluster="replicate")


def test_a_clustered_linear_model_has_the_estimates_of_least_squares(runs: pd.DataFrame) -> None:
    alone, clustered = (linear_model("outcome ~ factor.goal", runs, cluster=one) for one in (None, "replicate"))
    assert [t.estimate for t in clustered.terms] == pytest.approx([t.estimate for t in alone.terms])
    assert clustered.terms[1].df == pytest.approx(11)
    assert clustered.terms[1].se < alone.terms[1].se


def test_a_mixed_model_is_what_statsmodels_fits() -> None:
    rng = np.random.default_rng(8)
    frame = sweep(rng, 40, effects=(0, 0.5, 1, 0), block=0.6)
    frame["size"] = rng.standard_normal(len(frame))
    frame = frame.drop(index=[1, 2, 3, 17, 40])
    fit = mixed_model("outcome ~ goal + size", frame, group="replicate")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = smf.mixedlm("outcome ~ goal + size", frame, groups="replicate").fit(reml=True)
    assert [t.estimate for t in fit.terms] == pytest.approx(list(expected.fe_params), rel=1e-4)
    assert [t.se for t in fit.terms] == pytest.approx(list(expected.bse_fe), rel=1e-3)
    share = float(expected.cov_re.iloc[0, 0]) / (float(expected.cov_re.iloc[0, 0]) + expected.scale)
    assert fit.icc is not None
    assert fit.icc.value == pytest.approx(share, rel=1e-3)


def test_a_balanced_mixed_model_is_the_paired_t() -> None:
    frame = sweep(np.random.default_rng(4), 9, block=0.6)
    pair = frame.pivot(index="replicate", columns="goal", values="outcome")
    expected = stats.ttest_rel(pair["c1"], pair["c0"])
    term = mixed_model("outcome ~ goal", frame, group="replicate").terms[1]
    assert (term.statistic, term.p, term.df) == pytest.approx((expected.statistic, expected.pvalue, 8), rel=1e-5)


def test_a_mixed_model_judges_what_varies_between_groups_by_groups() -> None:
    frame = messages(np.random.default_rng(5), 10, spread=1.0)
    term = mixed_model("outcome ~ goal", frame, group="run").terms[1]
    means = frame.groupby(["run", "goal"]).outcome.mean().reset_index()
    expected = stats.ttest_ind(*(means.loc[means.goal == one, "outcome"] for one in ("c1", "c0")))
    assert (term.statistic, term.p, term.df) == pytest.approx((expected.statistic, expected.pvalue, 18), rel=1e-5)


def test_a_mixed_model_without_variance_between_groups_says_so() -> None:
    frame = sweep(np.random.default_rng(6), 12)
    frame["outcome"] -= frame.groupby("replicate").outcome.transform("mean")
    fit = mixed_model("outcome ~ goal", frame, group="replicate")
    assert fit.icc is not None
    assert fit.icc.value == 0
    assert "estimated as zero" in fit.notes[0]


def refusal(call: object) -> NotEstimable:
    with pytest.raises(NotEstimable) as refused:
        call()  # type: ignore[operator]  # a lambda
    assert refused.value.mend
    return refused.value


def test_collinear_factors_are_refused_by_name(runs: pd.DataFrame) -> None:
    runs["double"] = 2 * runs["size"]
    result = refusal(lambda: linear_model("outcome ~ size + double + factor.goal", runs))
    assert result.reason == "collinear"
    assert "size, double cannot be told apart" in result.what
    runs["model"] = runs["factor.goal"].map({"c0": "m", "c1": "n"})
    assert "factor.goal[c1], model[n]" in refusal(lambda: linear_model("outcome ~ factor.goal + model", runs)).what


def test_an_empty_cell_is_refused_by_name(runs: pd.DataFrame) -> None:
    gone = runs[~((runs["factor.goal"] == "c0") & (runs["section.Risk note"] == "off"))]
    result = refusal(lambda: linear_model("outcome ~ factor.goal * section.Risk note", gone))
    assert result.reason == "empty cells"
    assert "factor.goal=c0, section.Risk note=off" in result.what


def test_separation_is_refused_complete_and_partial() -> None:
    frame = pd.DataFrame({"run": range(40), "goal": ["a", "b"] * 20, "x": np.arange(40.0)})
    partial = frame.assign(yes=[0, 1, 0, 0] * 10)
    assert refusal(lambda: logistic_model("yes ~ goal", partial)).reason == "separation"
    complete = frame.assign(yes=frame.x > 20)
    result = refusal(lambda: logistic_model("yes ~ x", complete))
    assert result.reason == "separation"
    assert "x" in result.what
    assert refusal(lambda: logistic_model("yes ~ goal", partial, cluster="run")).reason == "separation"
    assert logistic_model("yes ~ goal", frame.assign(yes=[0, 1, 1, 0] * 10)).n == 40


def test_too_few_clusters_are_refused() -> None:
    few = messages(np.random.default_rng(1), 4)
    assert refusal(lambda: logistic_model("outcome ~ goal", few, cluster="replicate")).reason == "too few clusters"
    assert refusal(lambda: mixed_model("outcome ~ goal", few, group="replicate")).reason == "too few clusters"


def test_a_constant_outcome_factor_and_a_perfect_fit_are_refused(runs: pd.DataFrame) -> None:
    assert refusal(lambda: linear_model("outcome ~ size", runs.assign(outcome=1))).reason == "constant outcome"
    assert refusal(lambda: linear_model("outcome ~ kind", runs.assign(kind="a"))).reason == "constant factor"
    assert (
        refusal(lambda: linear_model("outcome ~ size", runs.assign(outcome=runs["size"] * 3))).reason
        == "constant outcome"
    )
    assert refusal(lambda: linear_model("outcome ~ size", runs.head(2))).reason == "too few"
    assert refusal(lambda: mixed_model("outcome ~ size", runs.assign(one=range(48)), group="one")).reason == "too few"


def test_wrong_input_is_told_from_what_cannot_be_estimated(runs: pd.DataFrame) -> None:
    with pytest.raises(BadInput, match="must be 0 or 1"):
        logistic_model("outcome ~ size", runs)
    with pytest.raises(BadInput, match="no row has the baseline 'c7'; its levels are c0, c1"):
        linear_model("outcome ~ factor.goal", runs, baselines={"factor.goal": "c7"})
    with pytest.raises(BadInput, match="'goal'"):
        linear_model("outcome ~ factor.goal", runs, baselines={"goal": "c0"})


def test_rare_answers_carry_a_note() -> None:
    frame = pd.DataFrame({"goal": ["a", "b"] * 30, "yes": [1, 0, 0, 1, 0, 0] * 10})
    assert "20 of the rarer answer" not in " ".join(logistic_model("yes ~ goal", frame).notes)
    assert "rarer answer" in logistic_model("yes ~ goal", frame.head(24)).notes[0]
