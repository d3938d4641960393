"""Where the evaluation methods differ from gensim's, and that they change nothing."""

import logging

import numpy as np
import pytest

from fastw2v.errors import FormatError
from fastw2v.vectors.keyed_vectors import KeyedVectors

WORDS = [f"w{i}" for i in range(30)]


@pytest.fixture
def kv():
    rows = np.random.default_rng(4).standard_normal((30, 4))
    return KeyedVectors.from_arrays(WORDS, rows)


def write(folder, text):
    path = folder / "file"
    path.write_text(text)
    return path


def test_similarity_function_is_honoured(tmp_path, kv):
    rng = np.random.default_rng(0)
    drawn = [[WORDS[i] for i in rng.permutation(30)[:3]] for _ in range(40)]
    questions, differ = [": s"], 0
    for a, b, c in drawn:
        added, multiplied = (
            query([b, c], [a], topn=1)[0][0]
            for query in (kv.most_similar, kv.most_similar_cosmul)
        )
        questions.append(f"{a} {b} {c} {multiplied}")
        differ += added != multiplied
    assert differ > 3
    path = write(tmp_path, "\n".join(questions))
    score, sections = kv.evaluate_word_analogies(
        path, similarity_function="most_similar_cosmul"
    )
    assert (score, len(sections[0]["correct"])) == (1, 40)
    score, sections = kv.evaluate_word_analogies(path)
    assert len(sections[0]["incorrect"]) == differ
    with pytest.raises(ValueError, match="similarity_function is 'similarity'"):
        kv.evaluate_word_analogies(path, similarity_function="similarity")


def test_lines_left_out(tmp_path, kv):
    path = write(tmp_path, ": s\n# c\nw1 w2 w3\nw1 w2 w3 w4\n\na b c d e\n")
    with pytest.warns(UserWarning, match="left out 2 lines.*line 3 has 3") as seen:
        _, sections = kv.evaluate_word_analogies(path)
    assert seen[0].filename == __file__
    assert len(sections[-1]["correct"] + sections[-1]["incorrect"]) == 1
    path = write(tmp_path, "w1\tw2\t3\nbad\nw3\tw4\t2\nw5\tw6\tx\n")
    with pytest.warns(UserWarning, match="left out 2 lines.*line 2 is not") as seen:
        kv.evaluate_word_pairs(path)
    assert seen[0].filename == __file__


@pytest.mark.parametrize("text", [": s\n", ": s\nx y z x\n"])
def test_nothing_to_count(tmp_path, kv, text):
    before = dict(kv.key_to_index)
    path = write(tmp_path, text)
    with pytest.raises(FormatError, match=r"none of its \d questions"):
        kv.evaluate_word_analogies(path)
    assert kv.key_to_index == before
    if "x" in text:
        assert kv.evaluate_word_analogies(path, dummy4unknown=True)[0] == 0


def test_the_table_is_never_touched(tmp_path, kv, monkeypatch):
    path = write(tmp_path, ": s\nw1 w2 w3 w4\n")
    rows = kv.key_to_index
    seen = []
    monkeypatch.setattr(
        "fastw2v.vectors.judging.answer_sections",
        lambda table, *_args, **_kwargs: seen.append(table.key_to_index) or {},
    )
    with pytest.raises(FormatError):
        kv.evaluate_word_analogies(path)
    assert seen[0] is rows
    assert kv.key_to_index is rows
    assert set(rows) == set(WORDS)


def test_tables_with_numbers_as_keys_and_rows_set_aside(tmp_path):
    kv = KeyedVectors(2, count=9)
    kv.add_vectors([1, 2, 3, 4], [[1, 0], [1, 1], [0, 1], [-1, 1]])
    score, _ = kv.evaluate_word_analogies(write(tmp_path, ": s\n1 2 3 4\n"))
    assert score in {0, 1}


def test_encoding_of_pairs(tmp_path, kv):
    kv.index_to_key = ["é", *WORDS[1:]]
    path = tmp_path / "pairs"
    path.write_bytes("é\tw2\t3\nw3\tw4\t2\nw5\tw6\t1\n".encode("latin-1"))
    assert kv.evaluate_word_pairs(path, encoding="latin-1")[2] == 0
    with pytest.raises(FormatError, match="is not utf8"):
        kv.evaluate_word_pairs(path)


def test_logging(caplog):
    section = {"section": "s", "correct": [1], "incorrect": [2, 3]}
    with caplog.at_level(logging.INFO):
        assert KeyedVectors.log_accuracy(section) == pytest.approx(1 / 3)
        KeyedVectors.log_evaluate_word_pairs((0.1, 0.2), (0.3, 0.4), 5.0, "file")
    assert caplog.messages == [
        "s: 33.3% (1/3)",
        "file: Pearson 0.1000 (p=0.2), Spearman 0.3000 (p=0.4), unknown 5.0%",
    ]


def test_wmdistance_says_what_is_missing(kv, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ot", None)
    with pytest.raises(ImportError, match=r"needs the package POT.*fastw2v\[wmd\]"):
        kv.wmdistance(["w1"], ["w2"])
