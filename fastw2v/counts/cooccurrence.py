"""Windowed co-occurrence counts of an encoded corpus, as a sparse matrix."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import Text
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.spool import Spool, new_spool
from fastw2v.corpus.tokens import count_tokens
from fastw2v.counts.blocks import Block, BlockCounter, cut_rows, thread_count
from fastw2v.counts.config import CountConfig
from fastw2v.counts.pool import StopFlag, in_order
from fastw2v.counts.thinning import kept_text
from fastw2v.counts.windows import ScaledWindows, scaled_windows
from fastw2v.errors import CorpusError
from fastw2v.release import release_memory
from fastw2v.training.backends import run_aside

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, eq=False)
class Cooccurrence:
    """What `count_cooccurrences` returns.

    Parameters
    ----------
    matrix : csr_array, shape (V, V)
        W[t, c]: the summed weights of word c as context of target t; indices rise
        within a row, without repeats or zeros. int32 or, where the numbers may not
        fit, int64 with plain weights, else float64.
    words : sequence of str, length V
        Of rows and columns.
    counts : int64 array, shape (V,)
        Occurrences of each word in the corpus, before subsampling.
    config : CountConfig
        The parameters used.
    """

    matrix: "csr_array" = field(repr=False)
    words: Sequence[str] = field(repr=False)
    counts: npt.NDArray[np.int64] = field(repr=False)
    config: CountConfig


def count_cooccurrences(
    corpus: EncodedCorpus,
    config: CountConfig | None = None,
    *,
    folder: str | Path | None = None,
    progress: Progress | None = None,
) -> Cooccurrence:
    """Count in whose windows each word stands.

    Windows never reach across the end of a sentence. Weights are summed as whole
    numbers (`windows.scaled_windows`), so the result has the same bits for any number
    of threads and any memory. Ctrl-C is seen within a second and leaves nothing
    behind.

    Parameters
    ----------
    corpus : EncodedCorpus
        From `fastw2v.encode` or `EncodedCorpus.load`.
    config : CountConfig, optional
        The defaults if not given.
    folder : path, optional
        Keep the matrix, and the text that subsampling leaves, in unnamed files in this
        folder, mapped into memory, rather than in memory. They vanish with the matrix.
    progress : callable, optional
        Called in this thread as ``progress(tokens_done, tokens)``: targets whose
        windows are counted.

    Raises
    ------
    CorpusError
        No two words stand in one sentence.
    FileNotFoundError
        `folder` does not exist.
    TypeError
        `corpus` or `config` is something else.
    """
    config = CountConfig() if config is None else config
    _check_arguments(corpus, config)
    run_aside(_compile)
    text = Text(corpus.tokens, corpus.offsets)
    if config.subsample:
        text = kept_text(corpus, config, folder)
    counts = count_tokens(text.tokens, len(corpus.vocab))
    scaled = scaled_windows(config, int(counts.max()))
    report = progress or (lambda *_: None)
    blocks = cut_rows(counts, scaled.windows, config)
    counter = BlockCounter(text, scaled.windows, counts)
    done = 0
    with (
        closing(_Matrix(scaled, config, folder)) as rows_so_far,
        closing(in_order(counter.run, blocks, thread_count(config))) as results,
    ):
        for rows, block in zip(blocks, results, strict=True):
            rows_so_far.append(block)
            done += int(counts[slice(*rows)].sum())
            report(done, len(text.tokens))
        matrix = rows_so_far.as_csr()
    release_memory()
    return Cooccurrence(matrix, corpus.vocab.words, corpus.vocab.counts, config)


def _check_arguments(corpus: object, config: object) -> None:
    if not isinstance(corpus, EncodedCorpus):
        raise TypeError(
            f"corpus is a {type(corpus).__name__}; pass what fastw2v.encode(...) returns"
        )
    if not isinstance(config, CountConfig):
        raise TypeError(
            f"config is a {type(config).__name__}; pass a fastw2v.counts.CountConfig"
        )
    if np.diff(corpus.offsets).max(initial=0) < 2:
        raise CorpusError(
            f"none of the {corpus.sentences} sentences has 2 words left, so nothing"
            " co-occurs; lower min_count or give longer lines"
        )


def _compile() -> None:
    """Make the kernels compile for a text that is mapped read-only."""
    tokens, offsets = np.zeros(2, np.int32), np.array([0, 2])
    for array in (tokens, offsets):
        array.flags.writeable = False
    windows = scaled_windows(CountConfig(), 2).windows
    counter = BlockCounter(Text(tokens, offsets), windows, np.array([2]))
    counter.run((0, 1), StopFlag())


class _Matrix:
    """A sparse matrix that grows by blocks of rows."""

    def __init__(
        self, scaled: ScaledWindows, config: CountConfig, folder: str | Path | None
    ) -> None:
        self._scale = scaled.scale
        self._dtype: np.dtype[Any] = np.dtype(np.float64)
        if config.weighting == "plain":
            fits = scaled.largest <= np.iinfo(np.int32).max
            self._dtype = np.dtype(np.int32 if fits else np.int64)
        self._lengths: list[npt.NDArray[np.int64]] = []
        self._columns: Spool = new_spool(np.int32, folder)
        self._values: Spool = new_spool(self._dtype, folder)

    def append(self, block: Block) -> None:
        """Add rows at the end."""
        self._lengths.append(block.lengths)
        for columns in block.columns:
            self._columns.append(columns)
        for sums in block.sums:
            values: npt.NDArray[Any] = sums if self._scale == 1 else sums / self._scale
            self._values.append(values.astype(self._dtype, copy=False))

    def close(self) -> None:
        """Close the files behind it, if any; what `as_csr` returned stays valid."""
        self._columns.close()
        self._values.close()

    def as_csr(self) -> "csr_array":
        """Return the matrix; its arrays are not copied."""
        from scipy.sparse import csr_array

        lengths = np.concatenate(self._lengths)
        if not lengths.any():
            raise CorpusError(
                "subsampling left no two words in one sentence, so nothing co-occurs;"
                " raise subsample or give more text"
            )
        # SciPy wants one type for both, and would copy the columns.
        few = lengths.sum() <= np.iinfo(np.int32).max
        indptr = np.zeros(len(lengths) + 1, np.int32 if few else np.int64)
        np.cumsum(lengths, out=indptr[1:])
        arrays = (self._values.array(), self._columns.array(), indptr)
        matrix = csr_array(arrays, shape=(len(lengths), len(lengths)))
        matrix.has_canonical_format = True
        return matrix
