"""What accompanies a run."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.errors import ConfigError
from fastw2v.training.callbacks import Callback
from fastw2v.training.intervals import Interval
from fastw2v.training.limits import Limits, limits_from_now
from fastw2v.training.saving import EVERY, Saver


class Oversight(NamedTuple):
    """What accompanies a run.

    Parameters
    ----------
    progress : bool
        Whether to show how far it is.
    callbacks : sequence of Callback
    limits : Limits
    saver : Saver or None
        None for a run without checkpoints.
    """

    progress: bool = False
    callbacks: Sequence[Callback] = ()
    limits: Limits = Limits()
    saver: Saver | None = None


def oversee(
    corpus: EncodedCorpus,
    config: TrainConfig,
    method: Mapping[str, Any],
    *,
    progress: bool = False,
    callbacks: Sequence[Callback] = (),
    checkpoint: str | os.PathLike[str] | None = None,
    every: str = EVERY,
    resume: bool = False,
    max_seconds: float | None = None,
    max_words: int | None = None,
) -> Oversight:
    """Check what `train` is given besides corpus and hyper-parameters; start clocks.

    `method` is what else decides the result, as plain values by name: a run goes on
    from a checkpoint of the same method only. The other parameters, and what is raised,
    are those of `fastw2v.train`.
    """
    limits = limits_from_now(max_seconds, max_words)
    interval = Interval.parse("every", every)
    if checkpoint is None and (resume or every != EVERY):
        raise ConfigError(
            f"{'resume' if resume else 'every'} is given without a checkpoint; give its"
            " path too"
        )
    saver = None
    if checkpoint is not None:
        saver = Saver(Path(checkpoint), interval, corpus, config, method, resume=resume)
    return Oversight(progress, callbacks, limits, saver)
