"""When a run is saved, and what it goes on from."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.errors import CheckpointError
from fastw2v.training.checkpoint import Checkpoint, CheckpointFile
from fastw2v.training.intervals import Interval

EVERY = "10min"
"""How much training lies between two checkpoints unless one says so."""


def check_free(path: Path, *, resume: bool) -> None:
    """Raise `CheckpointError` if a file is there that is not to be gone on from."""
    if path.exists() and not resume:
        raise CheckpointError(
            f"{path} exists: go on from it with resume=True (--resume), delete it, or"
            " give another name"
        )


class Saver:
    """Keeps one run's checkpoint.

    Parameters
    ----------
    path : Path
    every : Interval
        How much training lies between two checkpoints.
    corpus : EncodedCorpus
    config : TrainConfig
    method : mapping
        What else decides the result; see `checkpoint.Identity`.
    resume : bool
        Whether to go on from a file that is there.

    Attributes
    ----------
    path : Path
    found : Checkpoint or None
        What the run is to go on from, until it is taken.
    next_stop : int or None
        After how many tokens of the run to save next; None if that goes by the clock.
    has_saved : bool
        Whether there is a checkpoint of the run.

    Raises
    ------
    CheckpointError
        A file is there that is not to be gone on from, or that is of another run.
    FormatError
        A file is there that is damaged or no checkpoint.
    OSError
        No file can be put there.
    """

    def __init__(
        self,
        path: Path,
        every: Interval,
        corpus: EncodedCorpus,
        config: TrainConfig,
        method: Mapping[str, Any],
        *,
        resume: bool,
    ) -> None:
        check_free(path, resume=resume)
        self._file = CheckpointFile(path, corpus, config, method)
        self.path = path
        self.found = self._file.read() if path.exists() else None
        self.has_saved = self.found is not None
        self._interval_tokens = every.in_tokens(len(corpus.tokens))
        self._interval_seconds = every.amount
        self.start(0)

    def take_found(self) -> Checkpoint | None:
        """Return what the run is to go on from, once; it may be gigabytes."""
        found, self.found = self.found, None
        return found

    def start(self, tokens: int) -> None:
        """Count the interval from here, which is so many tokens into the run.

        An interval in tokens ends at its multiples, wherever the run began or went on.
        """
        self._since = time.monotonic()
        interval = self._interval_tokens
        self.next_stop = (
            None if interval is None else (tokens // interval + 1) * interval
        )

    def is_due(self, tokens: int) -> bool:
        """Tell whether it is time to save, so many tokens into the run."""
        if self.next_stop is not None:
            return tokens >= self.next_stop
        return time.monotonic() - self._since >= self._interval_seconds

    def save(self, checkpoint: Checkpoint, tokens: int) -> float:
        """Write the file and return the seconds it took. Raises OSError."""
        began = time.monotonic()
        self._file.write(checkpoint)
        self.has_saved = True
        self.start(tokens)
        return time.monotonic() - began
