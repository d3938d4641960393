"""Hostile arguments: what is tried, and at which parameters of which functions.

`python tests/hostile.py` prints how many there are of each class, for
docs/reliability.md.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import fastw2v
from fastw2v import EncodedCorpus, KeyedVectors, TrainConfig, Vocab, encode, train
from fastw2v.corpus.word_counts import read_word_counts
from fastw2v.counts import (
    CountConfig,
    SparseVectors,
    count_cooccurrences,
    pmi,
    truncated_svd,
)
from fastw2v.models import Phrases, Word2Vec
from fastw2v.models.word2vec import LineSentence
from fastw2v.vectors.formats.projector import save_projector
from fastw2v.vectors.plot.words import plot_words

CLASSES: dict[str, dict[str, Any]] = {
    "wrong type": {
        "None": None,
        "True": True,
        "text": "no such",
        "bytes": b"no such",
        "fraction": 1.5,
        "list": [],
        "dict": {},
        "object": object(),
        "complex": 1j,
        "function": lambda: 0,
    },
    "not finite": {
        "nan": float("nan"),
        "inf": float("inf"),
        "-inf": float("-inf"),
        "NumPy's nan": np.float32("nan"),
    },
    "out of range": {
        "-1": -1,
        "2**31": 2**31,
        "2**63": 2**63,
        "10**30": 10**30,
    },
}
LARGE = {"2**31", "2**63", "10**30"}
EMPTY = {"list", "dict"}
# What NumPy takes for a dtype: None is float64, and a number has one.
DTYPE = {"None", "NumPy's nan"}
NUMBERS = {"True", "fraction", *LARGE}
TEXT = [["a", "b", "c", "d"], ["b", "c", "a", "d"]] * 10


class Entry(NamedTuple):
    """A parameter that hostile values are given to.

    Parameters
    ----------
    name : str
    call : callable
        Takes the scene and the value.
    good : set of str
        The names of values that are right here.
    """

    name: str
    call: Callable[["Scene", Any], object]
    good: set[str]


class Scene(NamedTuple):
    """Good things to call with a bad one."""

    text: Path
    corpus: EncodedCorpus
    kv: KeyedVectors
    model: Word2Vec
    files: dict[str, Path]


def make_scene(folder: Path) -> Scene:
    text = folder / "t.txt"
    text.write_text("a b c d\nb c a d\n" * 20)
    corpus = encode(text, min_count=1)
    rows = np.random.default_rng(1).standard_normal((4, 3)).astype(np.float32)
    kv = KeyedVectors.from_arrays(["a", "b", "c", "d"], rows, [4, 3, 2, 1])
    model = Word2Vec(TEXT, min_count=1, vector_size=3, workers=1, epochs=1)
    files = {
        "vectors": "4 1\na 1\nb 2\nc 3\nd 4\n",
        "analogies": ": x\na b c d\n",
        "pairs": "a\tb\t1\nc\td\t2\na\tc\t3\n",
        "outliers": "a\tb\tc\td\n",
        "categories": "x\ta\nx\tb\ny\tc\ny\td\n",
    }
    for name, content in files.items():
        (folder / name).write_text(content)
    return Scene(text, corpus, kv, model, {name: folder / name for name in files})


def entries() -> Iterator[Entry]:
    for produce in (
        _configs,
        _corpora,
        _tables,
        _queries,
        _files,
        _evaluation,
        _models,
    ):
        yield from produce()


def tried(entry: Entry, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a class that are bad for an entry."""
    return {name: value for name, value in values.items() if name not in entry.good}


def counted() -> dict[str, int]:
    """Return the number of inputs of each class."""
    counts: Counter[str] = Counter()
    for entry in entries():
        for kind, values in CLASSES.items():
            counts[kind] += len(tried(entry, values))
    return dict(counts)


def _keyword(
    function: Callable[..., object], name: str, **others: Any
) -> Callable[[Scene, Any], object]:
    return lambda _, value: function(**others, **{name: value})


def _configs() -> Iterator[Entry]:
    good = {
        "subsample": {"fraction", "2**31"},
        "noise_exponent": {"fraction", "-1"},
        "learning_rate": {"fraction"},
        "decay": {"fraction"},
        "hierarchical_softmax": {"True"},
        "cbow_mean": {"True"},
        "shrink_windows": {"True"},
        "threads": {"None"},
        "seed": {"2**31"},
    }
    for config in (TrainConfig, CountConfig):
        for field in fields(config):
            yield Entry(
                f"{config.__name__}({field.name})",
                _keyword(config, field.name),
                good.get(field.name, {"2**31"} if field.name == "memory" else set()),
            )


def _corpora() -> Iterator[Entry]:
    good = {
        "min_count": {"2**31"},
        "max_vocab": {"None", *LARGE} - {"2**63", "10**30"},
        "vocab": {"None"},
        "column": {"None"},
        "threads": {"None"},
        "overwrite": {"True"},
        "progress": {"None", "function"},
        "encoding_errors": set(),
        "output": {"None", "text"},
    }
    yield Entry("encode(source)", lambda _, value: encode(value), set())
    for name, fine in good.items():

        def call(scene: Scene, value: Any, name: str = name) -> object:
            return encode(scene.text, **{"min_count": 1, name: value})

        yield Entry(f"encode({name})", call, fine)
    yield Entry("EncodedCorpus.load", lambda _, v: EncodedCorpus.load(v), set())
    yield Entry("EncodedCorpus.save", lambda s, v: s.corpus.save(v), {"text"})
    for name in ("tokens", "offsets", "vocab", "raw_tokens"):

        def make(scene: Scene, value: Any, name: str = name) -> object:
            corpus = scene.corpus
            parts = {"tokens": corpus.tokens, "offsets": corpus.offsets}
            parts |= {"vocab": corpus.vocab, "raw_tokens": corpus.raw_tokens}
            return EncodedCorpus(**parts | {name: value})

        yield Entry(
            f"EncodedCorpus({name})", make, LARGE if name == "raw_tokens" else set()
        )
    counts = np.array([3, 2])
    yield Entry("Vocab(words)", lambda _, v: Vocab(v, counts), set())
    yield Entry("Vocab(counts)", lambda _, v: Vocab(["a", "b"], v), set())
    yield Entry("EncodedCorpus.sentence", lambda s, v: s.corpus.sentence(v), {"-1"})
    config = TrainConfig(dim=4, epochs=1, threads=1, backend="numpy", subsample=0)
    yield Entry("train(corpus)", lambda _, v: train(v, config), set())
    yield Entry("train(config)", lambda s, v: train(s.corpus, v), {"None"})
    yield Entry(
        "train(callbacks)", lambda s, v: train(s.corpus, config, callbacks=v), {"list"}
    )
    yield Entry(
        "train(progress)", lambda s, v: train(s.corpus, config, progress=v), {"True"}
    )
    yield Entry(
        "train_softmax(batch)",
        lambda s, v: fastw2v.train_softmax(s.corpus, config, batch=v),
        set(),
    )
    yield Entry(
        "count_cooccurrences(corpus)", lambda _, v: count_cooccurrences(v), set()
    )
    yield Entry(
        "count_cooccurrences(folder)",
        lambda s, v: count_cooccurrences(s.corpus, folder=v),
        {"None"},
    )
    yield Entry("pmi(counts)", lambda _, v: pmi(v), set())
    yield Entry("truncated_svd(matrix)", lambda _, v: truncated_svd(v), set())
    yield Entry("read_word_counts", lambda _, v: read_word_counts(v), set())
    yield Entry("LineSentence", lambda _, v: list(LineSentence(v)), set())


def _tables() -> Iterator[Entry]:
    two, rows = ["a", "b"], np.ones((2, 3))
    make = KeyedVectors.from_arrays
    yield Entry("KeyedVectors(vector_size)", lambda _, v: KeyedVectors(v), {"2**31"})
    # 2**31 rows are more than memory, on most machines.
    yield Entry("KeyedVectors(count)", lambda _, v: KeyedVectors(3, v), {"2**31"})
    yield Entry("KeyedVectors(dtype)", lambda _, v: KeyedVectors(3, 1, v), DTYPE)
    yield Entry("from_arrays(words)", lambda _, v: make(v, rows), set())
    yield Entry("from_arrays(vectors)", lambda _, v: make(two, v), set())
    yield Entry("from_arrays(counts)", lambda _, v: make(two, rows, v), {"None"})
    yield Entry(
        "from_arrays(metadata)",
        lambda _, v: make(two, rows, metadata=v),
        {"None", "list", "dict"},
    )
    yield Entry(
        "add_vectors(weights)",
        lambda s, v: s.kv.vectors_for_all(["a"]).add_vectors(["z"], v),
        set(),
    )
    yield Entry(
        "add_vectors(keys)",
        lambda s, v: s.kv.vectors_for_all(["a"]).add_vectors(v, np.ones((2, 3))),
        set(),
    )


def _queries() -> Iterator[Entry]:
    row = {"True"}  # is 1, the number of a row
    fine = {
        "most_similar": row,
        "most_similar_cosmul": row,
        "get_vector": row,
        "get_index": row,
        "similar_by_word": row,
        "similar_by_vector": set(),
        "get_mean_vector": {"True", "text", "-1", *LARGE},
        "doesnt_match": {"text"},  # as its letters
        "rank_by_centrality": {"text"},
        "most_similar_batch": EMPTY,
        "vectors_for_all": {"text", "bytes", *EMPTY},
        "distances": row,
        "__getitem__": {"True", *EMPTY},
    }
    for method, good in fine.items():
        yield Entry(
            f"KeyedVectors.{method}",
            lambda s, v, method=method: getattr(s.kv, method)(v),
            good,
        )
    pairs = {
        "distance": row,
        "similarity": row,
        "closer_than": row,
        "relative_cosine_similarity": row,
        "n_similarity": {"text", "bytes"},
        "most_similar_to_given": set(),
        "get_vecattr": set(),
    }
    for method, good in pairs.items():
        yield Entry(
            f"KeyedVectors.{method}, second",
            lambda s, v, method=method: getattr(s.kv, method)("a", v),
            good,
        )
    limits = {
        "topn": {"None", "-1", *LARGE},
        "clip_start": {"None", "-1", *LARGE},
        "clip_end": {"None", "-1", *LARGE},
        "restrict_vocab": {"None", *LARGE},
    }
    for name, good in limits.items():
        yield Entry(
            f"most_similar({name})",
            lambda s, v, name=name: s.kv.most_similar("a", **{name: v}),
            good,
        )


def _files() -> Iterator[Entry]:
    yield Entry("KeyedVectors.load", lambda _, v: KeyedVectors.load(v), set())
    yield Entry("KeyedVectors.save", lambda s, v: s.kv.save(v), {"text"})
    yield Entry(
        "save(ignore)", lambda s, v: s.kv.save("o.safetensors", ignore=v), EMPTY
    )
    yield Entry(
        "save(context_vectors)",
        lambda s, v: s.kv.save("o.safetensors", context_vectors=v),
        {"None"},
    )
    load = KeyedVectors.load_word2vec_format
    yield Entry("load_word2vec_format", lambda _, v: load(v), set())
    limits = {
        "fvocab": {"None"},
        "encoding": set(),
        "unicode_errors": set(),
        "limit": {"None", *LARGE} - {"2**63", "10**30"},
        "datatype": DTYPE,
    }
    for name, good in limits.items():
        yield Entry(
            f"load_word2vec_format({name})",
            lambda s, v, name=name: load(s.files["vectors"], **{name: v}),
            good,
        )
    writing = {
        "fname": {"text"},
        "fvocab": {"None", "text"},
        "total_vec": {"None", "2**31"},
        "prefix": {"text"},
        "sort_attr": set(),
    }
    for name, good in writing.items():
        yield Entry(
            f"save_word2vec_format({name})",
            lambda s, v, name=name: s.kv.save_word2vec_format(
                **{"fname": "o.txt", name: v}
            ),
            good,
        )
    yield Entry(
        "intersect_word2vec_format(lockf)",
        lambda s, v: s.kv.vectors_for_all(["a"]).intersect_word2vec_format(
            s.files["vectors"], lockf=v
        ),
        {"fraction"},
    )
    yield Entry("SparseVectors.load", lambda _, v: SparseVectors.load(v), set())
    yield Entry("save_projector", lambda s, v: save_projector(s.kv, v), {"text"})
    yield Entry(
        "save_projector(count)", lambda s, v: save_projector(s.kv, "p", count=v), LARGE
    )


def _evaluation() -> Iterator[Entry]:
    functions = {
        "analogies": fastw2v.evaluate_analogies,
        "pairs": fastw2v.evaluate_word_pairs,
        "outliers": fastw2v.evaluate_outliers,
        "categories": fastw2v.evaluate_categories,
    }
    for kind, function in functions.items():
        name = function.__name__
        yield Entry(
            f"{name}(kv)", lambda s, v, f=function, k=kind: f(v, s.files[k]), set()
        )
        yield Entry(f"{name}(path)", lambda s, v, f=function: f(s.kv, v), set())
        yield Entry(
            f"{name}(restrict_vocab)",
            lambda s, v, f=function, k=kind: f(s.kv, s.files[k], restrict_vocab=v),
            {"None", "2**31"},
        )
    yield Entry(
        "evaluate_analogies(method)",
        lambda s, v: fastw2v.evaluate_analogies(s.kv, s.files["analogies"], method=v),
        set(),
    )
    yield Entry(
        "evaluate_word_pairs(delimiter)",
        lambda s, v: fastw2v.evaluate_word_pairs(s.kv, s.files["pairs"], delimiter=v),
        {"None"},
    )
    yield Entry(
        "evaluate_categories(seed)",
        lambda s, v: fastw2v.evaluate_categories(s.kv, s.files["categories"], seed=v),
        {"2**31"},
    )
    yield Entry(
        "evaluate_sets(vectors)", lambda _, v: fastw2v.evaluate_sets(v, []), set()
    )
    yield Entry(
        "evaluate_sets(sets)", lambda s, v: fastw2v.evaluate_sets({"a": s.kv}, v), set()
    )
    yield Entry("plot_words(kv)", lambda _, v: plot_words(v), set())
    yield Entry("plot_words(words)", lambda s, v: plot_words(s.kv, v), {"None"})
    yield Entry("plot_words(count)", lambda s, v: plot_words(s.kv, count=v), LARGE)
    yield Entry("plot_words(method)", lambda s, v: plot_words(s.kv, method=v), set())


def _models() -> Iterator[Entry]:
    usual = {"min_count": 1, "vector_size": 3, "workers": 1, "epochs": 1}
    whole = {"True", *LARGE}
    good = {
        "vector_size": {"True"},
        "alpha": {"True", "fraction"},
        "window": {"True"},
        "min_count": {"True", "fraction", "-1"},
        "max_vocab_size": {"None", *NUMBERS} - {"10**30", "2**63"},
        "sample": {"True", "fraction", "2**31"},
        "seed": {"None", "True", "2**31"},
        "workers": whole,
        "min_alpha": {"True", "fraction"},
        "sg": whole,
        "hs": whole,
        "negative": {"True"},
        "ns_exponent": {"fraction", "-1"},
        "epochs": {"True", *LARGE},  # would take long, and are not tried
        "max_final_vocab": {"None", "2**31"},
        "trim_rule": {"None", "function"},
        "callbacks": EMPTY,
    }
    for name, fine in good.items():
        others = {k: v for k, v in usual.items() if k != name}
        if name == "min_alpha":
            others["alpha"] = 2.0
        yield Entry(
            f"Word2Vec({name})",
            _keyword(partial(Word2Vec, TEXT), name, **others),
            fine,
        )
    yield Entry(
        "Word2Vec(sentences)", lambda _, v: Word2Vec(v, **usual), {"None", *EMPTY}
    )
    yield Entry(
        "Word2Vec(corpus_file)", lambda _, v: Word2Vec(corpus_file=v, **usual), {"None"}
    )
    training = {
        "epochs": {"True", *LARGE},
        "start_alpha": {"None", "True", "fraction", *EMPTY},
        "end_alpha": {"None", "True", "fraction", *EMPTY},
        "total_words": {"None", *NUMBERS, *EMPTY} - {"10**30", "2**63"},
        "callbacks": EMPTY,
    }
    for name, fine in training.items():

        def call(scene: Scene, value: Any, name: str = name) -> object:
            before = (scene.model.alpha, scene.model.min_alpha)
            try:
                return scene.model.train(
                    TEXT, **{"total_examples": 20, "epochs": 1, name: value}
                )
            finally:
                assert before == (scene.model.alpha, scene.model.min_alpha)

        yield Entry(f"Word2Vec.train({name})", call, fine)
    fresh = partial(Word2Vec, min_count=1)
    yield Entry("build_vocab", lambda _, v: fresh().build_vocab(v), EMPTY)
    yield Entry(
        "build_vocab_from_freq", lambda _, v: fresh().build_vocab_from_freq(v), {"dict"}
    )
    yield Entry(
        "build_vocab_from_freq, a count",
        lambda _, v: fresh().build_vocab_from_freq({"a": v}),
        {"True", "2**31"},
    )
    yield Entry("Word2Vec.load", lambda _, v: Word2Vec.load(v), set())
    yield Entry("Word2Vec.save", lambda s, v: s.model.save(v), {"text"})
    yield Entry(
        "predict_output_word(topn)",
        lambda s, v: s.model.predict_output_word(["a"], topn=v),
        {"-1", *LARGE},
    )
    phrases = {
        "min_count": {"fraction", "2**31"},
        "threshold": {"True", "fraction", "inf", *LARGE},
        "max_vocab_size": {"2**31"},
        "delimiter": {"text"},
        "progress_per": {"fraction", "2**31"},
        "scoring": set(),
        "connector_words": EMPTY,
    }
    for name, fine in phrases.items():
        yield Entry(f"Phrases({name})", _keyword(partial(Phrases, TEXT), name), fine)
    yield Entry("Phrases.load", lambda _, v: Phrases.load(v), set())


if __name__ == "__main__":
    import json

    print(json.dumps(counted(), indent=2))
