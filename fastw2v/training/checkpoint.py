"""The file of a run that can go on: weights, place in the run, and what it is a run of.

=============== ======= ====== ==================================================
tensor          dtype   shape  meaning
=============== ======= ====== ==================================================
w_in            float32 (V, P) as in `bundles.Weights`, without workers' own rows
w_out           float32 (V, P) no row without negative sampling
w_nodes         float32 (V, P) no row without hierarchical softmax
sha256          uint8   (32,)  of everything before it; see `vectors.formats.sealed`
=============== ======= ====== ==================================================

The metadata's entry ``fastw2v.checkpoint`` is JSON: the ``version`` of this layout, that
of ``fastw2v``, the ``config``, facts of the ``corpus``, the ``method`` and the ``state``.
"""

import errno
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple, Self

from fastw2v.bundles import Totals, Weights
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.errors import CheckpointError, FormatError
from fastw2v.replace import check_can_write, remove_leftovers
from fastw2v.training.callbacks import CallbackStates
from fastw2v.training.history import EpochRecord, History
from fastw2v.training.shards import cut_into_shards
from fastw2v.training.state import Position, RunState
from fastw2v.training.weights import padded_width, weights_rows
from fastw2v.vectors.formats.sealed import read_sealed, write_sealed
from fastw2v.vectors.formats.tensors import Damaged, TensorFile
from fastw2v.version import __version__

FORMAT_NAME = "fastw2v.checkpoint"
FORMAT_VERSION = 1
MAY_DIFFER = frozenset({"threads"})
"""Hyper-parameters a run may go on with that it was not begun with."""

_logger = logging.getLogger("fastw2v")


class Identity(NamedTuple):
    """What a run is a run of, as plain values.

    Parameters
    ----------
    config : dict
        Hyper-parameters by name.
    corpus : dict
        Its sizes and its fingerprint, and into how many shards it is cut.
    method : dict
        What else decides the result: a cluster, another loss.
    """

    config: dict[str, Any]
    corpus: dict[str, Any]
    method: dict[str, Any]

    @classmethod
    def of(
        cls, corpus: EncodedCorpus, config: TrainConfig, method: Mapping[str, Any]
    ) -> Self:
        """Describe the run of this corpus with these hyper-parameters by this method."""
        facts = {
            "tokens": len(corpus.tokens),
            "raw_tokens": corpus.raw_tokens,
            "sentences": corpus.sentences,
            "words": len(corpus.vocab),
            "fingerprint": corpus.fingerprint,
            "shards": len(cut_into_shards(corpus.offsets, config)) - 1,
        }
        return cls(_as_read_back(config.as_dict()), facts, _as_read_back(method))

    def differences(self, other: Self) -> list[str]:
        """Say of each value in which the `other` differs what it is there and here."""
        return [
            f"{owner}{name} is {there.get(name)!r} there and {here.get(name)!r} here"
            for owner, here, there in (
                ("", self.config, other.config),
                ("the corpus's ", self.corpus, other.corpus),
                ("", self.method, other.method),
            )
            for name in here | there
            if name not in MAY_DIFFER and here.get(name) != there.get(name)
        ]


class Checkpoint(NamedTuple):
    """What a file holds."""

    weights: Weights
    state: RunState
    callbacks: CallbackStates


class CheckpointFile:
    """One run's file.

    Parameters
    ----------
    path : Path
    corpus : EncodedCorpus
    config : TrainConfig
    method : mapping
        Of the run at hand; see `Identity`.

    Raises
    ------
    OSError
        No file can be put there.
    """

    def __init__(
        self,
        path: Path,
        corpus: EncodedCorpus,
        config: TrainConfig,
        method: Mapping[str, Any],
    ) -> None:
        check_can_write(path)
        remove_leftovers(path)
        self.path = path
        self._identity = Identity.of(corpus, config, method)
        self._rows = weights_rows(len(corpus.vocab), config)
        self._width = padded_width(config.dim)

    def write(self, checkpoint: Checkpoint) -> None:
        """Replace the file; an older one stays until the new one is on disk.

        Raises
        ------
        OSError
            It could not be written; an older one is as it was.
        """
        about = {
            "version": FORMAT_VERSION,
            "fastw2v": __version__,
            **self._identity._asdict(),
            "state": asdict(checkpoint.state),
            "callbacks": checkpoint.callbacks,
        }
        header = {FORMAT_NAME: json.dumps(about)}
        try:
            write_sealed(self.path, checkpoint.weights._asdict(), header)
        except OSError as error:
            raise OSError(
                error.errno or errno.EIO,
                f"{error.strerror or error}, so the checkpoint is not written; the one before it,"
                " if there was one, is as it was: remove the cause and resume from it",
                str(self.path),
            ) from error

    def read(self) -> Checkpoint:
        """Read the file and check that it is of the run at hand.

        Raises
        ------
        CheckpointError
            It is a checkpoint of another run.
        FormatError
            It is damaged or no checkpoint.
        """
        try:
            file = read_sealed(self.path)
            about = _description(file)
            self._check_same_run(Identity(*(about[part] for part in Identity._fields)))
            _warn_of_version(self.path, about["fastw2v"])
            return Checkpoint(
                self._weights(file), self._state(about["state"]), about["callbacks"]
            )
        except (Damaged, KeyError, TypeError, ValueError) as error:
            if isinstance(error, CheckpointError):
                raise
            raise FormatError(
                f"{self.path} is no whole checkpoint ({error}): delete it to begin the"
                " run anew"
            ) from error

    def _check_same_run(self, stored: Identity) -> None:
        if differences := self._identity.differences(stored):
            raise CheckpointError(
                f"{self.path} is a checkpoint of another run: {'; '.join(differences)};"
                " give what the run was begun with, or another checkpoint"
            )

    def _weights(self, file: TensorFile) -> Weights:
        matrices = [file.array(name, ["float32"], 2) for name in Weights._fields]
        found = [matrix.shape for matrix in matrices]
        wanted = [(rows, self._width) for rows in self._rows]
        file.require(found == wanted, f"matrices of shapes {found}, not {wanted}")
        return Weights(*matrices)

    def _state(self, values: dict[str, Any]) -> RunState:
        epoch, shard, totals, seconds = values["position"]
        epochs, shards = (
            self._identity.config["epochs"],
            self._identity.corpus["shards"],
        )
        if not (0 <= epoch <= epochs and 0 <= shard <= shards):
            raise ValueError(f"a position at epoch {epoch}, shard {shard}")
        records = [EpochRecord(**record) for record in values["history"]["epochs"]]
        return RunState(
            History(**values["history"] | {"epochs": records}),
            Position(epoch, shard, Totals(*totals), seconds),
            values["ended"],
        )


def _as_read_back(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as JSON gives them back: NumPy's numbers as Python's."""
    read: dict[str, Any] = json.loads(
        json.dumps(values, default=lambda number: number.item())
    )
    return read


def _description(file: TensorFile) -> dict[str, Any]:
    file.require(FORMAT_NAME in file.metadata, f"no {FORMAT_NAME!r} in its header")
    about: dict[str, Any] = json.loads(file.metadata[FORMAT_NAME])
    file.require(
        about["version"] == FORMAT_VERSION,
        f"version {about['version']!r} is not {FORMAT_VERSION}",
    )
    for part in (*Identity._fields, "state"):
        file.require(isinstance(about[part], dict), f"{part!r} is no object")
    return about


def _warn_of_version(path: Path, version: str) -> None:
    if version != __version__:
        _logger.warning(
            "%s was written by fastw2v %s, this is %s: the run goes on, but may round"
            " differently from here",
            path,
            version,
            __version__,
        )
