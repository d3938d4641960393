"""What `fastw2v train` is told of saving, going on and ending."""

from pathlib import Path
from typing import Any, NamedTuple

from fastw2v.cli.corpora import check_not_a_source
from fastw2v.cluster.encoding import encode
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.errors import ConfigError
from fastw2v.training.early_stopping import EarlyStopping
from fastw2v.training.intervals import Interval
from fastw2v.training.limits import limits_from_now
from fastw2v.training.saving import EVERY, check_free
from fastw2v.training.state import Ending


class RunOptions(NamedTuple):
    """The arguments of `fastw2v.train` besides corpus and hyper-parameters."""

    checkpoint: Path | None = None
    every: str = EVERY
    resume: bool = False
    max_seconds: float | None = None
    max_words: int | None = None
    held_out: Path | None = None
    patience: int = 1
    cluster: str | None = None

    def check(self, sources: list[str], output: Path) -> None:
        """Find out before a text is read what would be refused after it.

        Raises
        ------
        ConfigError, CheckpointError
            As `fastw2v.train` does, or files are mixed up.
        FileNotFoundError
            There is no held-out text.
        """
        Interval.parse("--every", self.every)
        limits_from_now(self.max_seconds, self.max_words)
        if self.held_out is not None and not self.held_out.is_file():
            raise FileNotFoundError(f"no file {self.held_out}: give the held-out text")
        if self.checkpoint is None:
            if self.resume:
                raise ConfigError("--resume is given without --checkpoint; give it too")
            return
        if self.checkpoint.resolve() == output.resolve():
            raise ConfigError(
                f"{output} is both the output and the checkpoint; give another name"
            )
        check_not_a_source(self.checkpoint, sources)
        check_free(self.checkpoint, resume=self.resume)

    def arguments(self, corpus: EncodedCorpus) -> dict[str, Any]:
        """Return the arguments of `fastw2v.train`."""
        callbacks = []
        if self.held_out is not None:
            held_out = encode(str(self.held_out), vocab=corpus.vocab)
            callbacks = [EarlyStopping(held_out, patience=self.patience)]
        return {
            "cluster": self.cluster,
            "callbacks": callbacks,
            "checkpoint": self.checkpoint,
            "every": self.every,
            "resume": self.resume,
            "max_seconds": self.max_seconds,
            "max_words": self.max_words,
        }

    def describe_end(self, ending: Ending) -> str | None:
        """Return how a run ended and how it goes on; None if it is through."""
        if ending == "epochs":
            return None
        if ending == "callback":
            return f"no improvement for {self.patience} epochs: training ended"
        if self.checkpoint is None:
            return (
                f"training ended by {ending}; with --checkpoint PATH a run can go on"
                " later"
            )
        return (
            f"training ended by {ending}; the same command with --resume goes on from"
            f" {self.checkpoint}"
        )
