"""`distance`, `word-analogy` and `compute-accuracy`, as word2vec.c has them."""

import re
import subprocess

import numpy as np
import pytest
from conftest import REPOSITORY
from typer.testing import CliRunner

from fastw2v.cli import session
from fastw2v.cli.app import app
from fastw2v.cli.compute_accuracy import print_accuracy
from fastw2v.vectors.keyed_vectors import KeyedVectors
from fastw2v.vectors.scores import AnalogiesResult, Items, SectionScore

QUESTIONS = (REPOSITORY / "corpora" / "questions.txt").read_text("utf8")
LINE = re.compile(r"^ *(\S+)\t\t(-?\d\.\d{6})$", re.MULTILINE)


@pytest.fixture(scope="module")
def vectors(tmp_path_factory):
    """A binary file under a name that says nothing, all words of the questions."""
    words = sorted(set(QUESTIONS.replace(":", " ").split()))
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(len(words), 30)).astype(np.float32)
    # Shifts that many questions share, so that some are answered.
    for line in QUESTIONS.splitlines():
        if not line.startswith(":"):
            a, b, c, d = map(words.index, line.split())
            rows[d] = 0.5 * rows[d] + 0.5 * (rows[b] - rows[a] + rows[c])
    path = tmp_path_factory.mktemp("tools") / "vectors"
    KeyedVectors.from_arrays(words, rows).save_word2vec_format(path, binary=True)
    return path


def run(*words, stdin=None):
    return CliRunner().invoke(app, [str(word) for word in words], input=stdin)


def good(*words, stdin=None):
    result = run(*words, stdin=stdin)
    assert result.exit_code == 0, result.output
    return result


def loaded(path):
    return KeyedVectors.load_word2vec_format(path, binary=True)


def test_distance_lists_forty_words_by_cosine(vectors):
    words = loaded(vectors).index_to_key[:2]
    text = good("distance", vectors, stdin=f"{words[0]}\n").stdout
    found = [(word, float(score)) for word, score in LINE.findall(text)]
    expected = loaded(vectors).most_similar(words[0], topn=40)
    assert [word for word, _ in found] == [word for word, _ in expected]
    np.testing.assert_allclose(
        [score for _, score in found], [score for _, score in expected], atol=1e-6
    )
    assert f"Word: {words[0]}  Position in vocabulary: 0" in text


def test_several_words_are_summed_and_do_not_answer(vectors):
    words = loaded(vectors).index_to_key[3:6]
    text = good("distance", vectors, "-n", 5, stdin=" ".join(words)).stdout
    expected = loaded(vectors).most_similar(words, topn=5)
    assert [word for word, _ in LINE.findall(text)] == [word for word, _ in expected]


@pytest.mark.parametrize("tool", ["distance", "word-analogy"])
def test_an_unknown_word_is_said_and_the_session_goes_on(vectors, tool):
    a, b, c = loaded(vectors).index_to_key[:3]
    lines = f"{a} xyzzy {b}\n\n{a} {b} {c}\nEXIT\n{a} {b} {c}\n"
    text = good(tool, vectors, stdin=lines).stdout
    assert text.count("Position in vocabulary: -1\nOut of dictionary word!\n") == 1
    assert len(LINE.findall(text)) == 40  # one answer, before EXIT


def test_word_analogy_takes_three_words(vectors):
    a, b, c = loaded(vectors).index_to_key[:3]
    lines = f"{a} {b}\n{a} {b} {c} {a}\n{a} {b} {c}\n"
    text = good("word-analogy", vectors, "-n", 3, stdin=lines).stdout
    assert "2 words were entered; an analogy takes three" in text
    assert "4 words were entered" in text
    expected = loaded(vectors).analogy(a, b, c, topn=3)
    assert [word for word, _ in LINE.findall(text)] == [word for word, _ in expected]


def test_a_terminal_is_prompted_and_its_end_ends_it(vectors, monkeypatch, capsys):
    typed = iter(["king", ""])
    prompts = []

    def entered(prompt):
        prompts.append(prompt)
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", entered)
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda _: True})())
    assert list(session.lines_entered("? ")) == [["king"]]
    assert prompts == ["? "] * 3
    assert capsys.readouterr().out == "\n"


@pytest.mark.parametrize(
    ("tool", "lines"),
    [
        ("distance", "{0}\n{1} {2}\n{3} xyzzy\n{4}\nEXIT\n"),
        ("word-analogy", "{1} {2} {3}\n{4} {5} {6}\n{1}\n{2} {3} {4}\nEXIT\n"),
    ],
)
def test_answers_are_those_of_the_c_program(vectors, c_program, tool, lines):
    text = lines.format(*loaded(vectors).index_to_key[5:])
    theirs = subprocess.run(
        [c_program(tool), str(vectors)],
        input=text, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    ours = good(tool, vectors, stdin=text).stdout
    # Rounding may swap two words whose cosines agree in all digits shown; in the
    # sixth digit it may differ.
    assert [word for word, _ in LINE.findall(ours)] == [
        word for word, _ in LINE.findall(theirs)
    ]
    np.testing.assert_allclose(
        [float(score) for _, score in LINE.findall(ours)],
        [float(score) for _, score in LINE.findall(theirs)],
        atol=3e-6,
    )
    headings = [
        line for line in theirs.splitlines() if line.startswith(("Word:", "Out"))
    ]
    assert [
        line for line in ours.splitlines() if line[:4] in {"Word", "Out "}
    ] == headings
    rule = re.search(r"^ +Word .*\n-+$", theirs, re.MULTILINE)
    assert rule.group() in ours


@pytest.mark.parametrize("threshold", [0, 60])
def test_accuracy_is_that_of_the_c_program(vectors, c_program, threshold):
    unknown = ": odd\nxyzzy king queen man\n"
    theirs = subprocess.run(
        [c_program("compute-accuracy"), str(vectors), str(threshold)],
        input=QUESTIONS + QUESTIONS.replace(": ", ": again-") + unknown,
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    text = QUESTIONS + QUESTIONS.replace(": ", ": again-") + unknown
    ours = good("compute-accuracy", vectors, threshold, stdin=text).stdout
    # An empty sum is nan in both; and of no question C says "0 / 1".
    theirs = theirs.replace("-nan", "nan")
    ours = ours.replace("nan %  (0 / 0)", "0.00 %  (0 / 1)")
    assert ours == theirs


def test_the_first_five_sections_are_semantic(capsys):
    sections = [SectionScore(f"s{i}", correct=i, total=10, skipped=1) for i in range(7)]
    print_accuracy(AnalogiesResult(tuple(sections), "3CosAdd", Items.of([], [])))
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["s0:", "ACCURACY TOP1: 0.00 %  (0 / 10)"]
    assert lines[-2] == (
        "Total accuracy: 30.00 %   Semantic accuracy: 20.00 %"
        "   Syntactic accuracy: 55.00 % "
    )
    assert lines[-1] == "Questions seen / total: 70 77   90.91 % "


def test_questions_that_cannot_be_read_are_one_line(vectors):
    result = run("compute-accuracy", vectors, stdin=": a\none two three\n")
    assert result.exit_code == 1
    assert "line 2 has 3 words" in result.stderr
    result = run("compute-accuracy", vectors, stdin="")
    assert result.exit_code == 1
    assert "holds no line" in result.stderr


@pytest.mark.parametrize("tool", ["distance", "word-analogy", "compute-accuracy"])
def test_help_and_missing_files(tool):
    text = " ".join(good(tool, "--help").output.split())
    assert f"Example: fastw2v {tool}" in text
    result = run(tool, "nosuch", stdin="")
    assert result.exit_code == 1
    assert "nosuch" in result.stderr


def test_similar_and_analogy_answer_the_rest_and_end_with_1(vectors, tmp_path):
    path = tmp_path / "v.bin"
    path.write_bytes(vectors.read_bytes())
    a, b, c = loaded(path).index_to_key[:3]
    for words, stdin in (([], f"{a} xyzzy\n{b}\n"), ([a, "xyzzy", b], None)):
        result = run("similar", path, *words, "-n", 1, stdin=stdin)
        assert result.exit_code == 1
        assert result.stdout.count("similarity") == 2
        assert result.stderr.count("fastw2v: error: ") == 1
        assert "xyzzy" in result.stderr
    result = run(
        "analogy", path, "-n", 1, stdin=f"{a} {b}\n{a} {b} xyzzy\n{a} {b} {c}\n"
    )
    assert result.exit_code == 1
    assert result.stdout.count("similarity") == 1
    assert result.stderr.count("fastw2v: error: ") == 2
