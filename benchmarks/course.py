r"""The experiment that courses on word vectors set, from text to pictures.

    python benchmarks/course.py --save course --images docs/images
    python benchmarks/course.py --sample --limit 3000 --dims 10 --epochs 5

Skip-gram by negative sampling and by the full softmax, and the truncated SVD of a
matrix of positive PMI, at several dims, on the sentences of the Stanford Sentiment
Treebank (shared copy, read where it lies) or, with --sample, on the corpus that comes
with the project. Each is judged by classifying sentences from averaged vectors and
drawn: a picture of chosen words for each, and one of all spectra. The treebank's
sentences train the vectors without their labels, those of its test part too, as the
courses do.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import results

import fastw2v
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.counts import (
    CountConfig,
    count_cooccurrences,
    pmi,
    svd_vectors,
    truncated_svd,
)
from fastw2v.vectors.evaluate import EvaluationSet, evaluate_sets
from fastw2v.vectors.formats.labelled import Columns
from fastw2v.vectors.keyed_vectors import KeyedVectors
from fastw2v.vectors.plot import plot_spectrum, plot_words, save_figure

ROOT = Path(__file__).parent.parent
TREEBANK = ROOT.parent / "shared" / "eval" / "sst_sentences.tsv"
WORDS = [
    "great",
    "cool",
    "brilliant",
    "wonderful",
    "well",
    "amazing",
    "worth",
    "sweet",
    "enjoyable",
    "boring",
    "bad",
    "dumb",
    "annoying",
    "female",
    "male",
    "queen",
    "king",
    "man",
    "woman",
    "rain",
    "snow",
    "hail",
    "coffee",
    "tea",
]


class Data(NamedTuple):
    """Sentences to train on, and sets to judge by."""

    name: str
    sentences: list[list[str]]
    min_count: int
    sets: list[EvaluationSet]


class Trained(NamedTuple):
    """Vectors, and what they took."""

    vectors: KeyedVectors
    seconds: float
    facts: dict[str, Any]


def treebank(path: Path) -> Data:
    """Return the Stanford Sentiment Treebank: five classes, and two of them."""
    header, *lines = path.read_text(encoding="utf8").splitlines()
    place = header.split("\t").index("sentence")
    columns = Columns("class5", "sentence", "split")
    two = {"0": "negative", "1": "negative", "3": "positive", "4": "positive"}
    return Data(
        "Stanford Sentiment Treebank",
        [line.split("\t")[place].lower().split() for line in lines],
        3,
        [
            EvaluationSet("five classes", "sentences", path, {"columns": columns}),
            EvaluationSet(
                "two classes", "sentences", path, {"columns": columns, "merge": two}
            ),
        ],
    )


def sample() -> Data:
    """Return the corpus that comes with the project."""
    folder = ROOT / "corpora"
    text = (folder / "synthetic.txt").read_text(encoding="utf8")
    topics = EvaluationSet("topics", "sentences", folder / "sentences.tsv")
    return Data("synthetic.txt", [s.split() for s in text.splitlines()], 5, [topics])


def negative_sampling(
    corpus: EncodedCorpus, dim: int, options: argparse.Namespace
) -> Trained:
    config = TrainConfig(dim=dim, epochs=options.epochs, seed=options.seed)
    return of_training(fastw2v.train(corpus, config))


def full_softmax(
    corpus: EncodedCorpus, dim: int, options: argparse.Namespace
) -> Trained:
    config = TrainConfig(
        dim=dim,
        epochs=options.softmax_epochs,
        # The highest that was seen to converge with this batch; 0.3 does not.
        learning_rate=0.1,
        seed=options.seed,
    )
    return of_training(fastw2v.train_softmax(corpus, config, batch=256))


def of_training(result: fastw2v.TrainResult) -> Trained:
    history = result.history
    facts = {"epochs": len(history.epochs), "loss": history.loss}
    return Trained(result.vectors, history.seconds, facts)


def ppmi_svd(corpus: EncodedCorpus, dim: int, options: argparse.Namespace) -> Trained:
    start = time.perf_counter()
    counted = count_cooccurrences(corpus, CountConfig(seed=options.seed))
    # Contexts smoothed as noise words are (Levy, Goldberg and Dagan 2015, section 3.2).
    matrix = pmi(counted.matrix, smoothing=0.75)
    decomposed = truncated_svd(matrix, dim, seed=options.seed)
    vectors, _ = svd_vectors(decomposed, counted)
    return Trained(vectors, time.perf_counter() - start, {"nonzero": matrix.nnz})


METHODS: dict[str, Callable[[EncodedCorpus, int, argparse.Namespace], Trained]] = {
    "negative-sampling": negative_sampling,
    "softmax": full_softmax,
    "ppmi-svd": ppmi_svd,
}


def draw(trained: dict[str, Trained], folder: Path) -> None:
    """Draw the chosen words by each, and the spectra of all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in trained.items():
        words = [word for word in WORDS if word in one.vectors]
        title = name.replace("-", " ")
        figure = plot_words(one.vectors, words, title=title)
        save_figure(figure, folder / f"course-{name}.png")
    figure = plot_spectrum({name: one.vectors for name, one in trained.items()})
    save_figure(figure, folder / "course-spectrum.png")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sample", action="store_true", help="the shipped corpus")
    parser.add_argument("--treebank", type=Path, default=TREEBANK, help="its sentences")
    parser.add_argument("--limit", type=int, help="train on so many sentences only")
    parser.add_argument("--dims", type=int, nargs="+", default=[10, 100])
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--softmax-epochs", type=int, default=4)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--images", type=Path, help="folder for the pictures")
    parser.add_argument("--save", help="name of the saved result")
    options = parser.parse_args()

    use_treebank = options.treebank.is_file() and not options.sample
    data = treebank(options.treebank) if use_treebank else sample()
    corpus = fastw2v.encode(data.sentences[: options.limit], min_count=data.min_count)
    trained = {}
    for dim in options.dims:
        for method in options.methods:
            start = time.perf_counter()
            trained[f"{method}-{dim}"] = METHODS[method](corpus, dim, options)
            seconds = time.perf_counter() - start
            print(f"{method}, dim {dim}: {seconds:.1f} s", flush=True)
    report = evaluate_sets(
        {name: one.vectors for name, one in trained.items()}, data.sets
    )
    for row in report.rows:
        for name, score in zip(report.vectors, row.scores, strict=True):
            print(f"{row.test_set}, {row.measure}, {name}: {score.value:.3f}")
    if options.images:
        draw(trained, options.images)
    if options.save:
        results.save(options.save, facts(data, corpus, trained, report, options))


def facts(
    data: Data,
    corpus: EncodedCorpus,
    trained: dict[str, Trained],
    report: Any,
    options: argparse.Namespace,
) -> dict[str, Any]:
    """Return everything the page says of the run."""
    return {
        "settings": {
            "corpus": data.name,
            "sentences": corpus.sentences,
            "tokens": corpus.raw_tokens,
            "vocabulary": len(corpus.vocab),
            "min_count": data.min_count,
            "window": TrainConfig().window,
            "seed": options.seed,
        },
        "unknown": [w for w in WORDS if w not in set(corpus.vocab.words)],
        "runs": {
            name: {"seconds": one.seconds, **one.facts} for name, one in trained.items()
        },
        "report": report.as_dict(),
    }


if __name__ == "__main__":
    main()
