"""The flags of word2vec.c, and the hyper-parameters they stand for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastw2v.cli.c_flags import Flag
from fastw2v.config import TrainConfig
from fastw2v.errors import ConfigError

_ALPHA_CBOW, _ALPHA_SKIPGRAM = 0.05, 0.025
_LOWEST_ALPHA = 1e-4
"""The step size at the end, as a share of that at the beginning."""


@dataclass(frozen=True, kw_only=True)
class Word2vecFlags:
    """The flags of word2vec.c, and -accuracy of gensim's script."""

    train: Annotated[
        str,
        Flag(
            "Text to train on: a file (also .gz, .bz2, .xz, .zst), a folder, a glob"
            " pattern, or - for standard input. A line is a sentence.",
            metavar="FILE",
        ),
    ]
    output: Annotated[
        Path | None,
        Flag(
            "Write the vectors here, or with -classes the classes. Without it only the"
            " vocabulary is made. A name in .gz is compressed, one in .safetensors is"
            " fastw2v's own format."
        ),
    ] = None
    size: Annotated[int, Flag("Components of a vector.", low=1, high=65_536)] = 100
    window: Annotated[
        int, Flag("Largest distance of a context word.", low=1, high=10_000)
    ] = 5
    sample: Annotated[
        float,
        Flag(
            "Threshold above which frequent words are thinned out; 0 is off.",
            low=0,
            high=1e12,
        ),
    ] = 1e-3
    hs: Annotated[bool, Flag("Hierarchical softmax, also beside -negative.")] = False
    negative: Annotated[
        int,
        Flag("Noise words for each word; 0 is off and needs -hs 1.", low=0, high=1_000),
    ] = 5
    threads: Annotated[
        int | None, Flag("Worker threads (default all cores).", low=1, high=4_096)
    ] = None
    iter: Annotated[int, Flag("Passes over the text.", low=1, high=1_000_000)] = 5
    min_count: Annotated[int, Flag("Drop words that occur fewer times.", low=0)] = 5
    alpha: Annotated[
        float | None,
        Flag(
            f"Learning rate at the start (default {_ALPHA_CBOW} for CBOW,"
            f" {_ALPHA_SKIPGRAM} for skip-gram); falls on a line to a ten-thousandth.",
            low=0,
            high=100,
        ),
    ] = None
    classes: Annotated[
        int,
        Flag(
            "Write a line 'word class' for each word, in so many classes by k-means; 0"
            " writes vectors.",
            low=0,
        ),
    ] = 0
    debug: Annotated[
        int,
        Flag(
            "0 is silent, 1 says what was read and made, 2 also shows progress.", low=0
        ),
    ] = 2
    binary: Annotated[bool, Flag("Write float32 numbers in place of text.")] = False
    save_vocab: Annotated[Path | None, Flag("Write lines 'word count' here.")] = None
    read_vocab: Annotated[
        Path | None,
        Flag(
            "Take words and counts from this file, made by -save-vocab, not from the"
            " text; other words of the text are dropped."
        ),
    ] = None
    cbow: Annotated[bool, Flag("Continuous bag of words; 0 is skip-gram.")] = True
    accuracy: Annotated[
        Path | None,
        Flag("Score the vectors on this file of analogy questions at the end."),
    ] = None


def config_of(flags: Word2vecFlags) -> TrainConfig:
    """Return the hyper-parameters that make fastw2v follow word2vec.c's algorithm.

    Raises
    ------
    ConfigError
        The flags leave no output layer to train.
    """
    if not flags.negative and not flags.hs:
        raise ConfigError(
            "-negative 0 without -hs 1 leaves nothing to learn from: give -negative 5,"
            " or -hs 1"
        )
    alpha = flags.alpha
    if alpha is None:
        alpha = _ALPHA_CBOW if flags.cbow else _ALPHA_SKIPGRAM
    values: dict[str, object] = {
        "dim": flags.size,
        "window": flags.window,
        "negatives": flags.negative,
        "subsample": flags.sample,
        "epochs": flags.iter,
        "learning_rate": alpha,
        "min_learning_rate": alpha * _LOWEST_ALPHA,
        "decay": 1.0,
        "batching": "pair",
        "threads": flags.threads,
    }
    if flags.cbow:
        values["architecture"] = "cbow"
    if flags.hs:
        values["hierarchical_softmax"] = True
    return TrainConfig.from_dict(values)
