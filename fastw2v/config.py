"""TrainConfig: every hyper-parameter of training, stated once."""

from dataclasses import asdict, dataclass, fields
from typing import Literal, Self, get_args

from fastw2v.checks import check_bool, check_choice, check_float, check_int
from fastw2v.errors import ConfigError

Batching = Literal["auto", "window", "pair"]
Backend = Literal["threads", "prange", "numpy"]
Architecture = Literal["skipgram", "cbow"]
CbowUpdate = Literal["word2vec", "exact"]
EncodingErrors = Literal["strict", "replace"]


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """Hyper-parameters of skip-gram and CBOW.

    The defaults are skip-gram with negative sampling, and reach the quality of
    word2vec's own (pair by pair, 5 epochs, learning rate 0.025) in less time;
    docs/performance.md has the study.

    Checked when constructed; a value out of range raises `ConfigError`.

    Parameters
    ----------
    dim : int, 1 to 65536
        Components of a word vector.
    window : int, 1 to 10000
        Maximum one-sided window width. Each center draws its reach uniformly
        from 1..window (Mikolov et al. 2013a, section 3.2).
    negatives : int, 0 to 1000
        Noise words per pair (Mikolov et al. 2013b, section 2.2); 0, which needs
        `hierarchical_softmax`, is no negative sampling.
    subsample : float, 0 to 1e12
        Threshold t of frequent-word subsampling (2013b, section 2.3, in the
        form word2vec.c implements); 0 keeps every token.
    noise_exponent : float, -4 to 4
        Noise words are drawn in proportion to count ** noise_exponent.
    epochs : int, 1 to 1000000
        Passes over the corpus.
    learning_rate, min_learning_rate : float
        Step size at the first and after the last token;
        0 <= min_learning_rate <= learning_rate <= 100.
    decay : float, 0 to 10
        How the step size falls in between: with the share of the run still to come,
        to this power. 1 is word2vec's straight line.
    batching : "auto", "window" or "pair"
        "window": one noise set per center, the window's pairs are one mini-batch
        (HogBatch, Ji et al. 2016): twice as fast, and at least as good where words are
        many. "pair": fresh noise for each pair, word2vec's algorithm. "auto": "pair"
        below 20000 words, else "window".
    architecture : "skipgram" or "cbow"
        "skipgram": each context predicts the center. "cbow": all contexts of a center
        together do (Mikolov et al. 2013a, sections 3.1 and 3.2); `batching` has no
        meaning then.
    hierarchical_softmax : bool
        Predict a word by the turns on the way to it in a Huffman tree (2013b, section
        2.1). Together with negatives, each center is trained on both losses.
    cbow_mean : bool
        In CBOW the contexts' mean predicts the center, else their sum.
    cbow_update : "word2vec" or "exact"
        What each of n contexts takes of the gradient of that mean or sum. "exact": 1/n
        of it for a mean and all of it for a sum, as calculus has it (Irsoy et al. 2021,
        section 2). "word2vec": all of it for a mean, as word2vec.c does, and 1/n of it
        for a sum, as gensim does. Learning rates that suit the one do not suit the
        other.
    shrink_windows : bool
        Whether each center draws its reach from 1..window; else all reach `window`.
    backend : "threads", "prange" or "numpy"
        Who runs the shards: Python threads over compiled kernels, a Numba
        parallel loop over the same kernels, or the NumPy reference.
    threads : int from 1 to 4096, or None
        Worker threads; None takes every core this process may use.
    seed : int, 0 to 2**63 - 1
        Start of all random streams. With one thread the same seed gives the
        same bits; the draws never depend on the number of threads.
    """

    dim: int = 100
    window: int = 5
    negatives: int = 5
    subsample: float = 1e-3
    noise_exponent: float = 0.75
    epochs: int = 4
    learning_rate: float = 0.05
    min_learning_rate: float = 1e-4
    decay: float = 1.0
    batching: Batching = "auto"
    architecture: Architecture = "skipgram"
    hierarchical_softmax: bool = False
    cbow_mean: bool = True
    cbow_update: CbowUpdate = "word2vec"
    shrink_windows: bool = True
    backend: Backend = "threads"
    threads: int | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        check_int("dim", self.dim, 1, 65_536)
        check_int("window", self.window, 1, 10_000)
        check_int("negatives", self.negatives, 0, 1_000)
        check_int("epochs", self.epochs, 1, 1_000_000)
        check_int("seed", self.seed, 0, 2**63 - 1)
        if self.threads is not None:
            check_int("threads", self.threads, 1, 4_096)
        check_float("subsample", self.subsample, 0.0, 1e12)
        check_float("noise_exponent", self.noise_exponent, -4.0, 4.0)
        check_float("learning_rate", self.learning_rate, 0.0, 100.0)
        check_float("min_learning_rate", self.min_learning_rate, 0.0, 100.0)
        check_float("decay", self.decay, 0.0, 10.0)
        if self.min_learning_rate > self.learning_rate:
            raise ConfigError(
                f"min_learning_rate is {self.min_learning_rate}, above learning_rate,"
                f" {self.learning_rate}; lower the one or raise the other"
            )
        check_choice("batching", self.batching, get_args(Batching))
        check_choice("backend", self.backend, get_args(Backend))
        check_choice("architecture", self.architecture, get_args(Architecture))
        check_choice("cbow_update", self.cbow_update, get_args(CbowUpdate))
        for name in ("hierarchical_softmax", "cbow_mean", "shrink_windows"):
            check_bool(name, getattr(self, name))
        if self.negatives == 0 and not self.hierarchical_softmax:
            raise ConfigError(
                "negatives is 0 and hierarchical_softmax is False, so there is no loss to"
                " train on; give at least 1 noise word or hierarchical_softmax=True"
            )

    def as_dict(self) -> dict[str, int | float | str | None]:
        """Return the hyper-parameters by name."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, object]) -> Self:
        """Build a config from `as_dict`'s result.

        Raises
        ------
        ConfigError
            A name is unknown or a value out of range.
        """
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ConfigError(
                f"unknown hyper-parameter {unknown[0]!r}; known: {sorted(known)}"
            )
        return cls(**values)  # type: ignore[arg-type]  # checked in __post_init__
