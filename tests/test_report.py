"""Reports over many sets, comparison, and the bootstrap behind them."""

import json

import numpy as np
import pytest
from conftest import REPOSITORY
from scipy import stats

from fastw2v.errors import ConfigError, FormatError
from fastw2v.vectors.evaluate import EvaluationSet, evaluate_sets
from fastw2v.vectors.evaluate.bootstrap import percentile_interval, resample
from fastw2v.vectors.keyed_vectors import KeyedVectors
from fastw2v.vectors.scores import mean_of_first, pearson, spearman

CORPORA = REPOSITORY / "corpora"
SETS = [
    EvaluationSet("questions", "analogies", CORPORA / "questions.txt"),
    EvaluationSet("pairs", "pairs", CORPORA / "pairs.tsv"),
    EvaluationSet("outliers", "outliers", CORPORA / "outliers.tsv"),
    EvaluationSet("categories", "categories", CORPORA / "categories.tsv"),
]


def random_vectors(words, seed=1):
    rows = np.random.default_rng(seed).standard_normal((len(words), 6))
    return KeyedVectors.from_arrays(list(words), rows.astype(np.float32))


@pytest.fixture(scope="module")
def words():
    text = (CORPORA / "synthetic.txt").read_text(encoding="ascii")
    return sorted(set(text.split()))


def test_statistics_equal_those_of_scipy():
    values = np.random.default_rng(2).integers(0, 6, (80, 2)).astype(float)
    assert spearman(values) == pytest.approx(stats.spearmanr(*values.T).statistic)
    assert pearson(values) == pytest.approx(stats.pearsonr(*values.T).statistic)
    assert np.isnan(pearson(np.ones((5, 2))))


def test_intervals_are_those_of_the_normal_distribution():
    values = np.random.default_rng(3).standard_normal((2000, 1)) + 5
    samples = resample([values], mean_of_first, 2000, seed=1)[0]
    low, high = percentile_interval(samples)
    error = 1.96 * values.std() / np.sqrt(2000)
    assert low == pytest.approx(values.mean() - error, abs=0.1 * error)
    assert high == pytest.approx(values.mean() + error, abs=0.1 * error)


def test_rounds_are_paired():
    values = np.random.default_rng(4).standard_normal((300, 1))
    first, second = resample([values, values + 0.01], mean_of_first, 200, seed=1)
    np.testing.assert_allclose(second - first, 0.01)
    assert first.std() > 0.03


def test_rounds_without_a_value_are_left_out():
    assert percentile_interval(np.array([np.nan, 1.0, 1.0])) == (1, 1)
    assert np.isnan(percentile_interval(np.array([np.nan]))).all()


def test_a_report_says_what_the_single_evaluations_say(words):
    kv = random_vectors(words)
    report = evaluate_sets({"one": kv}, SETS, bootstrap=50)
    results = report.results[0]
    expected = {
        ("questions", "3CosAdd"): results["questions"].accuracy,
        ("pairs", "spearman"): results["pairs"].spearman.statistic,
        ("pairs", "pearson"): results["pairs"].pearson.statistic,
        ("outliers", "accuracy"): results["outliers"].accuracy,
        ("outliers", "position"): results["outliers"].position,
        ("categories", "purity"): results["categories"].purity,
    }
    assert [(row.test_set, row.measure) for row in report.rows] == list(expected)
    for row in report.rows:
        (score,) = row.scores
        assert score.value == pytest.approx(expected[row.test_set, row.measure])
        assert score.interval.low <= score.value <= score.interval.high
        assert (score.difference, score.difference_interval) == (0, (0, 0))
    assert [row.n for row in report.rows] == [2228, 450, 450, 80, 80, 160]
    assert json.loads(json.dumps(report.as_dict()))["rows"][1]["n"] == 450
    assert evaluate_sets({"one": kv}, SETS, bootstrap=50).rows == report.rows


def test_files_are_compared_by_what_all_of_them_know(words):
    """A vocabulary without half of the words neither gains nor loses by that."""
    full = random_vectors(words)
    half = KeyedVectors.from_arrays(words[::2], full.vectors[::2])
    both = evaluate_sets({"full": full, "half": half}, SETS[1:3], bootstrap=20)
    alone = evaluate_sets({"half": half}, SETS[1:2], bootstrap=0)
    for row in both.rows[:2]:  # word pairs: cosines do not depend on other words
        assert row.n == alone.rows[0].n < 450
        assert row.skipped == 450 - row.n
        first, second = row.scores
        assert first.value == pytest.approx(second.value)
        assert second.difference_interval == pytest.approx((0, 0), abs=1e-6)
    assert both.results[0]["pairs"].pairs == 450


def test_without_rounds_there_are_no_intervals(words):
    report = evaluate_sets({"a": random_vectors(words)}, SETS[2:3], bootstrap=0)
    assert {score.interval for row in report.rows for score in row.scores} == {None}


def test_options_reach_the_evaluator(words):
    few = EvaluationSet("few", *SETS[3][1:3], {"restrict_vocab": 900})
    kv = random_vectors(words)
    report = evaluate_sets({"a": kv}, [SETS[3], few], bootstrap=0)
    assert report.rows[1].n < report.rows[0].n


@pytest.mark.parametrize(
    ("vectors", "sets", "options", "message"),
    [
        (0, SETS, {}, "0 files of vectors"),
        (1, [], {}, "0 test sets"),
        (1, [SETS[0], SETS[0]], {}, "two test sets have one name"),
        (1, [EvaluationSet("x", "puns", SETS[0].path)], {}, "kind 'puns'"),
        (1, SETS, {"bootstrap": -1}, "bootstrap is -1"),
        (1, SETS, {"seed": -1}, "seed is -1"),
    ],
)
def test_bad_requests(words, vectors, sets, options, message):
    tables = {"a": random_vectors(words[:9])} if vectors else {}
    with pytest.raises(ConfigError, match=message):
        evaluate_sets(tables, sets, **options)


def test_a_missing_set_is_found_before_any_work(tmp_path):
    sets = [SETS[0], EvaluationSet("none", "pairs", tmp_path / "none.tsv")]
    with pytest.raises(FileNotFoundError, match=r"none\.tsv"):
        evaluate_sets({"a": random_vectors(["no", "word", "of", "it"])}, sets)


def test_files_with_nothing_in_common(words):
    others = [word.upper() for word in words]
    exact = [part._replace(options={"case_insensitive": False}) for part in SETS[2:3]]
    with pytest.raises(FormatError, match="none of its 80 questions"):
        evaluate_sets({"a": random_vectors(others)}, exact)
    path = SETS[1].path
    pairs = [line.split("\t")[:2] for line in path.read_text().splitlines()]
    early = random_vectors({word for pair in pairs[:20] for word in pair})
    late = random_vectors({word for pair in pairs[-20:] for word in pair})
    with pytest.raises(FormatError, match="no item has its words in every file"):
        evaluate_sets({"a": early, "b": late}, SETS[1:2])
