"""What checkpoints cost: the time to write one, and its share of the default interval.

    python benchmarks/checkpoints.py [--words 200000 1000000] [--dim 100] [--folder /tmp]

Trains random text with a vocabulary of so many words, saving after each epoch, and times
each save: merging, looking for weights that are not finite, hashing, writing, syncing.
Then the same run with and without checkpoints, in turns.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from results import middle, save, with_spread

import fastw2v
from fastw2v.training.intervals import Interval
from fastw2v.training.saving import EVERY, Saver

EPOCHS = 5
ROUNDS = 3
TOKENS = 2_000_000


def corpus_of(words: int) -> fastw2v.EncodedCorpus:
    """Return random text in which each word occurs at least once."""
    rng = np.random.default_rng(1)
    tokens = np.minimum(rng.zipf(1.2, TOKENS) - 1, words - 1).astype(np.int32)
    tokens = np.concatenate([tokens, np.arange(words, dtype=np.int32)])
    counts = np.bincount(tokens)
    order = np.argsort(-counts, kind="stable")
    numbers = np.argsort(order).astype(np.int32)
    offsets = np.append(np.arange(0, len(tokens), 20), len(tokens)).astype(np.int64)
    vocab = fastw2v.Vocab([f"w{i}" for i in range(words)], counts[order])
    return fastw2v.EncodedCorpus(numbers[tokens], offsets, vocab, len(tokens))


def measure(words: int, dim: int, folder: Path) -> dict[str, Any]:
    """Time checkpoints of a vocabulary of this size."""
    corpus, seconds = corpus_of(words), []
    config = fastw2v.TrainConfig(dim=dim, epochs=EPOCHS)
    original = Saver.save

    def timed(self: Saver, *given: Any) -> float:
        seconds.append(original(self, *given))
        return seconds[-1]

    Saver.save = timed  # type: ignore[method-assign]
    path, whole, size = folder / "run.checkpoint", {True: [], False: []}, 0
    fastw2v.train(corpus, config, max_words=1)  # compiles
    for _ in range(ROUNDS):
        for is_saved in (False, True):
            more = {"checkpoint": path, "every": "1epoch"} if is_saved else {}
            began = time.perf_counter()
            fastw2v.train(corpus, config, **more)
            whole[is_saved].append(time.perf_counter() - began)
            if is_saved:
                size = path.stat().st_size
                path.unlink()
    Saver.save = original  # type: ignore[method-assign]
    interval = Interval.parse("every", EVERY).amount
    return {
        "words": words,
        "dim": dim,
        "megabytes": size / 1e6,
        "seconds": seconds,
        "share of the default interval": middle(seconds) / interval,
        "largest share": max(seconds) / interval,
        "run without checkpoints": whole[False],
        "run with one after each epoch": whole[True],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, nargs="+", default=[200_000, 1_000_000])
    parser.add_argument("--dim", type=int, default=100)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        found = [measure(words, asked.dim, Path(folder)) for words in asked.words]
    for case in found:
        print(
            f"{case['words']:,} words x {case['dim']}, {case['megabytes']:.0f} MB:"
            f" {with_spread(case['seconds'])} s, {case['largest share']:.2%} of {EVERY}"
            f" at most; run {middle(case['run without checkpoints']):.1f} s without,"
            f" {middle(case['run with one after each epoch']):.1f} s with {EPOCHS}"
        )
    print(save("checkpoints", {"cases": found}))


if __name__ == "__main__":
    main()
