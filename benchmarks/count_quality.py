r"""Count-based vectors on the evaluation sets: PPMI, and its SVD by dim and power.

    python benchmarks/count_quality.py text.txt --dims 100 300 \
        --analogies questions-words.txt --pairs wordsim353.tsv simlex999.tsv \
        --save count-quality

One process; each setting is counted once and decomposed once for each dim. A setting
that the saved file already has is not repeated.
"""

import argparse
import itertools
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import results
from peers import add_scoring_options, score_vectors
from quality import saved_runs

import fastw2v
from fastw2v.counts import (
    Cooccurrence,
    CountConfig,
    Svd,
    count_cooccurrences,
    pmi,
    svd_vectors,
    truncated_svd,
)

KEY = ("window", "weighting", "subsample", "smoothing", "dim")


def score_sparse(
    counted: Cooccurrence, matrix: Any, arguments: argparse.Namespace
) -> dict[str, float]:
    """Score the rows of the words that the pairs need; analogies are left out."""
    text = "\n".join(
        Path(pairs).read_text(encoding="utf8") for pairs in arguments.pairs
    )
    needed = set(text.lower().split())
    rows = [row for row, word in enumerate(counted.words) if word in needed]
    part = matrix[rows]
    part = part[:, np.unique(part.indices)]
    dense = part.toarray().astype(np.float32)
    kv = fastw2v.KeyedVectors.from_arrays([counted.words[row] for row in rows], dense)
    pairs_only = argparse.Namespace(pairs=arguments.pairs, analogies=None)
    return score_vectors(kv, pairs_only)


def score_svd(
    svd: Svd, counted: Cooccurrence, arguments: argparse.Namespace
) -> dict[str, dict[str, float]]:
    """Score each power, of word vectors alone and with the context vectors added."""
    scores = {}
    for power, add in itertools.product((0.0, 0.5, 1.0), (False, True)):
        kv, _ = svd_vectors(svd, counted, power=power, add_context=add)
        name = f"power {power:g}" + (", contexts added" if add else "")
        scores[name] = score_vectors(kv, arguments)
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus")
    add_scoring_options(parser)
    parser.add_argument("--windows", type=int, nargs="+", default=[2, 5])
    parser.add_argument("--weightings", nargs="+", default=["plain", "linear"])
    parser.add_argument("--subsamples", type=float, nargs="+", default=[0.0])
    parser.add_argument("--smoothings", type=float, nargs="+", default=[1.0, 0.75])
    parser.add_argument("--dims", type=int, nargs="+", default=[100, 300])
    parser.add_argument("--save", metavar="NAME", default="count-quality")
    arguments = parser.parse_args()

    done = saved_runs(arguments.save)
    have = [{name: run[name] for name in KEY} for run in done]
    corpus = fastw2v.encode(arguments.corpus)

    def keep(key: dict[str, Any], quality: Any, seconds: float) -> None:
        done.append(key | {"quality": quality, "seconds": seconds})
        print(done[-1], file=sys.stderr, flush=True)
        settings = {"corpus": Path(arguments.corpus).name}
        results.save(arguments.save, {"settings": settings, "runs": done})

    for window, weighting, subsample in itertools.product(
        arguments.windows, arguments.weightings, arguments.subsamples
    ):
        config = CountConfig(window=window, weighting=weighting, subsample=subsample)
        counted = count_cooccurrences(corpus, config)
        for smoothing in arguments.smoothings:
            common = dict(
                zip(KEY, (window, weighting, subsample, smoothing), strict=False)
            )
            began = time.perf_counter()
            matrix = pmi(counted.matrix, smoothing=smoothing)
            seconds = time.perf_counter() - began
            if common | {"dim": None} not in have:
                sparse = {"sparse": score_sparse(counted, matrix, arguments)}
                keep(common | {"dim": None}, sparse, seconds)
            for dim in arguments.dims:
                if common | {"dim": dim} in have:
                    continue
                began = time.perf_counter()
                svd = truncated_svd(matrix, dim)
                seconds = time.perf_counter() - began
                quality = score_svd(svd, counted, arguments)
                keep(common | {"dim": dim}, quality, seconds)


if __name__ == "__main__":
    main()
