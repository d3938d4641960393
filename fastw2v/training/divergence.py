"""Finding out that training has run away, soon, and saying why.

Weights only grow while scores are wrong, and a wrong score enters the loss by its size.
So the loss of a shard shows weights that explode long before they are no longer finite,
and costs nothing to look at. All weights are looked at before they are saved and at the
end of each epoch.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import Totals, Weights
from fastw2v.config import TrainConfig
from fastw2v.corpus.vocab import Vocab
from fastw2v.errors import DivergenceError
from fastw2v.training.history import mean_loss
from fastw2v.training.progress import Snapshot

LARGEST_LOSS = 1_000.0
"""For each label a pair is trained on, the mean over a shard. Weights that know nothing
have ln 2, and those of a run that has gone wrong pass this within a shard or two."""
_LONG_PATH = 64
# Share of the words trained in a shard from which one word is a likely cause.
_MUCH = 0.25


class Suspects(NamedTuple):
    """What is looked at to name a cause.

    Parameters
    ----------
    config : TrainConfig
    vocab : Vocab
    keep_prob : float32 array, shape (V,)
    tokens : int32 array
        Of the shard, or of the whole corpus.
    """

    config: TrainConfig
    vocab: Vocab
    keep_prob: npt.NDArray[np.float32]
    tokens: npt.NDArray[np.int32]


def is_absurd(totals: Totals, config: TrainConfig) -> bool:
    """Tell whether the loss of a shard is not finite, or no loss of sane weights."""
    labels = config.negatives + 1 + _LONG_PATH * config.hierarchical_softmax
    # Written so that NaN is absurd too.
    return totals.pairs > 0 and not mean_loss(totals) <= LARGEST_LOSS * labels


def are_finite(weights: Weights) -> bool:
    """Tell whether no weight is infinite or NaN."""
    # Not isfinite(m), which would take a quarter of the matrix again.
    ends = [end for m in weights if len(m) for end in (m.min(), m.max())]
    return bool(np.isfinite(ends).all())


def divergence(
    what: str, snapshot: Snapshot, suspects: Suspects, *, is_saved: bool
) -> DivergenceError:
    """Return the error to raise: what was found, where, and what likely caused it."""
    intact = "; the last checkpoint is from before" if is_saved else ""
    return DivergenceError(
        f"{what} in epoch {snapshot.epoch} at {snapshot.share:.1%} of the run, learning"
        f" rate {snapshot.learning_rate:g}{intact}. {_likely_cause(suspects)}"
    )


def _likely_cause(suspects: Suspects) -> str:
    config = suspects.config
    counts = np.bincount(suspects.tokens, minlength=len(suspects.keep_prob))
    kept = counts * suspects.keep_prob
    word = int(kept.argmax())
    share = kept[word] / max(kept.sum(), 1.0)
    if share >= _MUCH:
        return (
            f"Likely cause: the word {suspects.vocab.words[word]!r} repeats, it is"
            f" {share:.0%} of the words trained there; drop it from the text, lower"
            f" subsample ({config.subsample:g}), or lower learning_rate"
        )
    if config.architecture == "cbow" and not config.cbow_mean:
        return (
            f"Likely cause: sums of up to {2 * config.window} contexts; set"
            " cbow_mean=True (--cbow-mean), or lower learning_rate"
        )
    return (
        f"Likely cause: learning_rate is {config.learning_rate:g}, too high for"
        f" batching={config.batching!r} with window={config.window} on this text;"
        " lower learning_rate"
    )
