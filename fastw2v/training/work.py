"""What workers need besides the shards, built from corpus and hyper-parameters."""

from typing import NamedTuple

from fastw2v.bundles import (
    Sampling,
    Settings,
    StepShape,
    Text,
    Weights,
    step_shape,
)
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.training.noise import alias_table, noise_distribution
from fastw2v.training.subsample import keep_probabilities
from fastw2v.training.weights import initial_weights

# A step compares its rows two by two to find repeats, which must stay cheap.
LARGEST_GROUP = 64


class Work(NamedTuple):
    """All a back end needs besides the shards."""

    weights: Weights
    text: Text
    sampling: Sampling
    settings: Settings
    shape: StepShape


def prepare_work(corpus: EncodedCorpus, config: TrainConfig) -> Work:
    """Build the weights and tables that training this corpus takes."""
    counts = corpus.vocab.counts
    noise = noise_distribution(counts, config.noise_exponent)
    settings = Settings(
        window=config.window,
        negatives=config.negatives,
        group=1 if config.batching == "pair" else min(2 * config.window, LARGEST_GROUP),
    )
    return Work(
        initial_weights(len(counts), config.dim, config.seed),
        Text(corpus.tokens, corpus.offsets),
        Sampling(keep_probabilities(counts, config.subsample), alias_table(noise)),
        settings,
        step_shape(settings),
    )
