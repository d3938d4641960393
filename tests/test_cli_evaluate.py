"""`fastw2v evaluate` beyond one file and its sets by content."""

import json

import numpy as np
import pytest
from conftest import REPOSITORY
from typer.testing import CliRunner

from fastw2v.cli.app import app
from fastw2v.vectors.keyed_vectors import KeyedVectors

CORPORA = REPOSITORY / "corpora"
SETS = [
    *("--analogies", CORPORA / "questions.txt"),
    *("--pairs", CORPORA / "pairs.tsv"),
    *("--outliers", CORPORA / "outliers.tsv"),
    *("--categories", CORPORA / "categories.tsv"),
]


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def good(*words):
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Two files of random vectors for the words of the corpus."""
    folder = tmp_path_factory.mktemp("vectors")
    words = sorted(set((CORPORA / "synthetic.txt").read_text().split()))
    for name, seed in (("first", 1), ("second", 2)):
        rows = np.random.default_rng(seed).standard_normal((len(words), 6))
        kv = KeyedVectors.from_arrays(words, rows.astype(np.float32))
        kv.save(folder / f"{name}.safetensors")
    return [folder / "first.safetensors", folder / "second.safetensors"]


def test_all_sets_of_one_file(files):
    found = good("evaluate", files[0], *SETS, "--bootstrap", 20).stdout
    for measure in ("3CosAdd", "spearman", "position", "purity", "capital-country"):
        assert measure in found
    assert "20 rounds" in found
    report = good("evaluate", files[0], *SETS, "--bootstrap", 20, "--json").stdout
    scores = json.loads(report)
    assert list(scores) == [str(path) for path in SETS[1::2]]
    pairs = scores[str(SETS[3])]
    low, high = pairs["intervals"]["spearman"]
    assert low < pairs["spearman"]["statistic"] < high


def test_comparison(files):
    options = [*files, "--compare", *SETS, "--cosmul", "--bootstrap", 20]
    text = good("evaluate", *options).stdout
    assert "difference to file 1" in text
    assert "(3CosMul)" in text
    report = json.loads(good("evaluate", *options, "--json").stdout)
    assert report["vectors"] == list(map(str, files))
    assert report["bootstrap"] == {"rounds": 20, "seed": 1}
    for row in report["rows"]:
        first, second = row["scores"]
        assert second["difference"] == pytest.approx(second["value"] - first["value"])
        low, high = second["difference_interval"]
        assert low <= high


def test_no_intervals_without_rounds(files):
    text = good("evaluate", files[0], *SETS, "--bootstrap", 0).stdout
    assert "[" not in text


def test_sentences_with_merged_labels(files, tmp_path):
    pytest.importorskip("sklearn")
    lines = (CORPORA / "sentences.tsv").read_text().splitlines()
    path = tmp_path / "renamed.tsv"
    path.write_text("topic\twords\n" + "\n".join(lines) + "\n")
    options = ["--sentences", path, "--label-column", "topic", "--text-column", "words"]
    options += ["--merge-labels", "ship fish, soup tomato", "--bootstrap", 20, "--json"]
    (result,) = json.loads(good("evaluate", files[0], *options).stdout).values()
    assert result["classes"] == ["ship+fish", "soup+tomato"]
    assert result["train"] + result["dev"] + result["test"] == 80


def test_report_is_drawn(files, tmp_path):
    pytest.importorskip("matplotlib")
    picture = tmp_path / "report.svg"
    options = ["--compare", *SETS, "--bootstrap", 10, "--plot", picture]
    good("evaluate", *files, *options)
    assert picture.read_bytes().startswith(b"<?xml")


ERRORS = {
    "no set": (["FILE"], "no set to judge by"),
    "no set to compare by": (["FILE", "--compare"], "no set to judge by"),
    "missing set": (["FILE", "--pairs", "none.tsv"], "none.tsv: No such file"),
    "vectors twice": (["FILE", "FILE", "--compare", *SETS], "given twice"),
    "set twice": (["FILE", SETS[1], *SETS], "two test sets have one name"),
    "one class": (["FILE", *SETS, "--merge-labels", "a b"], "two or more groups"),
    "label twice": (["FILE", *SETS, "--merge-labels", "a, a"], "each label once"),
    "no picture": (["FILE", *SETS, "--plot", "x.jpg"], "'x.jpg' names no kind"),
    "no folder": (["FILE", *SETS, "--plot", "no/x.png"], "does not exist"),
}


@pytest.mark.parametrize(("words", "message"), ERRORS.values(), ids=ERRORS)
def test_errors(files, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    result = run("evaluate", *(files[0] if word == "FILE" else word for word in words))
    assert result.exit_code == 1
    assert message in result.stderr
    assert not list(tmp_path.iterdir())
