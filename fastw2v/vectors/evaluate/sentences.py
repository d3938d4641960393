"""Judge vectors by a task: classify sentences from the mean of their words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.checks import check_int
from fastw2v.errors import FormatError, MissingExtraError
from fastw2v.vectors.evaluate.known import Known, check_comparable
from fastw2v.vectors.evaluate.parts import check_parts, parts_of
from fastw2v.vectors.formats.labelled import Columns, read_labelled
from fastw2v.vectors.formats.streams import Source, name_of
from fastw2v.vectors.given import check_mapping
from fastw2v.vectors.scores import Items, Statistic
from fastw2v.vectors.table import VectorTable

STRENGTHS = (1e-3, 1e-2, 1e-1, 1.0, 10.0)
"""Inverse strengths of L2 regularisation that are tried on the dev part."""
DEFAULT_COLUMNS = Columns()


@dataclass(frozen=True)
class SentencesResult:
    """How well averaged vectors tell classes of sentences apart.

    Parameters
    ----------
    accuracy : float
        Share of the test sentences, 0 to 1, that were put in the right class.
    macro_f1 : float
        F1 score of each class, averaged over the classes of the test sentences.
    majority : float
        Accuracy of always answering the commonest class of the training sentences.
    classes : tuple of str
    train, dev, test : int
        Sentences in each part.
    unknown_words : float
        Share, 0 to 1, of the words of the test sentences that have no vector.
    strength : float
        The C of scikit-learn's LogisticRegression that did best on the dev part.
    items : Items
        The test sentences: number of the class, number of the class answered.
    """

    accuracy: float
    macro_f1: float
    majority: float
    classes: tuple[str, ...]
    train: int
    dev: int
    test: int
    unknown_words: float
    strength: float
    items: Items = field(compare=False, repr=False)

    @property
    def skipped(self) -> int:
        """None: a sentence without any known word is answered, from zeros."""
        return 0

    @property
    def measures(self) -> Mapping[str, Statistic]:
        """Accuracy and macro-averaged F1."""
        return {"accuracy": accuracy, "macro F1": macro_f1}

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        plain = {name: value for name, value in vars(self).items() if name != "items"}
        return plain | {"classes": list(self.classes)}


class Features(NamedTuple):
    """What a classifier learns from and is asked.

    Parameters
    ----------
    means : float64 array, shape (S, D)
        The mean vector of the known words of each sentence, zeros if there are none.
    classes : int64 array, shape (S,)
    """

    means: npt.NDArray[np.float64]
    classes: npt.NDArray[np.int64]

    def take(self, places: npt.NDArray[np.bool_]) -> "Features":
        """Return some of the sentences."""
        return Features(self.means[places], self.classes[places])


def evaluate_sentences(
    kv: VectorTable,
    path: Source,
    *,
    columns: Columns = DEFAULT_COLUMNS,
    merge: Mapping[str, str] | None = None,
    restrict_vocab: int | None = None,
    case_insensitive: bool = True,
    seed: int = 1,
) -> SentencesResult:
    """Classify sentences from the mean of their words' vectors.

    A logistic regression (scikit-learn, extra ``eval``), over as many classes as there
    are labels, on the mean vectors, each component of which is brought to variance 1
    over the training part. The strength of its L2 regularisation is the one, of five,
    that does best on the dev part.

    Parameters
    ----------
    kv : VectorTable
        Left unchanged.
    path : str, PathLike or open binary file
        UTF-8, columns separated by tabs, words of the text by white space. The first
        line may name the columns, in any order. Without such a line the columns are
        label and text, or part, label and text.
    columns : Columns
        The names that the first line gives to label, text and part of the set. Parts
        are called train, dev (or valid, validation) and test. Where there is no such
        column, each class is divided by chance: 70 % train, 10 % dev, 20 % test.
    merge : mapping of str to str, optional
        The class of each label; sentences with another label are left out. Makes two
        classes of five, say.
    restrict_vocab : int or None
        Words beyond the first, most frequent, ones count as unknown.
    case_insensitive : bool
        Compare in upper case; the most frequent spelling stands for all.
    seed : int
        Of the division by chance.

    Raises
    ------
    FormatError
        A line is malformed, a part is empty, there is one class only, or no word has a
        vector.
    MissingExtraError
        scikit-learn is not installed.
    VectorsError
        There are fewer than two vectors, or all are the same.
    """
    check_int("seed", seed, 0, 2**63 - 1)
    if not isinstance(columns, Columns):
        raise TypeError(
            f"columns are {columns!r:.80}: give Columns(label, text, split)"
        )
    if merge is not None:
        check_mapping("merge", merge)
    check_comparable(kv)
    check_scikit_learn()
    sentences = read_labelled(path, columns, merge, case_insensitive=case_insensitive)
    names, classes = np.unique([s.label for s in sentences], return_inverse=True)
    parts = parts_of([s.part for s in sentences], classes, seed)
    check_parts(parts, classes, name_of(path))
    words = Known(restrict_vocab, case_insensitive)
    counts, means = mean_vectors(kv, [s.words for s in sentences], words, name_of(path))
    features = Features(means, classes)
    train, dev, test = (
        features.take(parts == part) for part in ("train", "dev", "test")
    )
    strength, answers = classify(train, dev, test)
    items = Items.of(np.flatnonzero(parts == "test").tolist(), test.classes, answers)
    tested = parts == "test"
    lengths = np.array([len(s.words) for s in sentences])
    return SentencesResult(
        accuracy=accuracy(items.values),
        macro_f1=macro_f1(items.values),
        majority=float(np.mean(test.classes == np.bincount(train.classes).argmax())),
        classes=tuple(map(str, names)),
        train=len(train.classes),
        dev=len(dev.classes),
        test=len(test.classes),
        unknown_words=float(1 - counts[tested].sum() / max(lengths[tested].sum(), 1)),
        strength=strength,
        items=items,
    )


def check_scikit_learn() -> None:
    """Raise `MissingExtraError` if scikit-learn is not installed."""
    from importlib.util import find_spec

    if find_spec("sklearn") is None:
        raise MissingExtraError(
            "classifying sentences needs scikit-learn, which is not installed: "
            'pip install "fastw2v[eval]"'
        )


def mean_vectors(
    kv: VectorTable, sentences: Sequence[Sequence[str]], known: Known, name: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return how many words of each sentence have vectors, and their mean."""
    from scipy.sparse import csr_array

    rows = known.rows_of(kv, {word for words in sentences for word in words})
    if not rows:
        raise FormatError(
            f"{name}: none of its words has a vector: check that language and case are "
            "those of the vectors"
        )
    column = {word: i for i, word in enumerate(rows)}
    found = [[column[word] for word in words if word in column] for words in sentences]
    counts = np.array([len(columns) for columns in found])
    ends = np.concatenate([[0], np.cumsum(counts)])
    flat = np.array([i for columns in found for i in columns], dtype=np.int64)
    table = csr_array((np.ones(len(flat)), flat, ends), (len(sentences), len(rows)))
    vectors = kv.vectors[[spellings[0] for spellings in rows.values()]]
    sums = table @ vectors.astype(np.float64)
    return counts, sums / np.maximum(counts, 1)[:, None]


def classify(
    train: Features, dev: Features, test: Features
) -> tuple[float, npt.NDArray[np.int64]]:
    """Return the strength that did best on the dev part, and the answers to the test."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    best_score, best, best_strength = -1.0, None, STRENGTHS[0]
    for strength in STRENGTHS:
        regression = LogisticRegression(C=strength, max_iter=2000)
        model = make_pipeline(StandardScaler(), regression)
        model.fit(train.means, train.classes)
        score = float(np.mean(model.predict(dev.means) == dev.classes))
        if score > best_score:
            best_score, best, best_strength = score, model, strength
    assert best is not None
    return best_strength, best.predict(test.means)


def accuracy(values: npt.NDArray[np.float64]) -> float:
    """Return the share of sentences whose class, column 0, is the answer, column 1."""
    return float(np.mean(values[:, 0] == values[:, 1]))


def macro_f1(values: npt.NDArray[np.float64]) -> float:
    """Return F1 averaged over the classes in column 0; answers are in column 1."""
    truth, answers = values.astype(np.int64).T
    size = int(values.max()) + 1
    right = np.bincount(truth[truth == answers], minlength=size)
    sizes = np.bincount(truth, minlength=size)
    f1 = 2 * right / np.maximum(sizes + np.bincount(answers, minlength=size), 1)
    return float(f1[sizes > 0].mean())
