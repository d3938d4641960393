"""Choose the reader of a file that says itself what it holds."""

import os
from typing import Any

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.formats.gensim_pickle import is_gensim_file, read_gensim
from fastw2v.vectors.formats.gensim_records import GensimModel, GensimVectors
from fastw2v.vectors.formats.native import read_native
from fastw2v.vectors.formats.stored import StoredVectors
from fastw2v.vectors.formats.streams import Source


def read_stored(source: Source, *, writable: bool) -> StoredVectors:
    """Read vectors in a format that can be told from the first bytes.

    That is fastw2v's own, or what gensim's `save` wrote, of a model or of vectors.

    Parameters
    ----------
    source : str, PathLike or binary file
        gensim's is read only by its path, since it may lie in several files.
    writable : bool
        Arrays can be written to, which leaves the file as it is.

    Raises
    ------
    FormatError
        The file is in another format (the message names its loader) or damaged.
    """
    if isinstance(source, str | os.PathLike) and is_gensim_file(source):
        found = read_gensim(source)
        vectors = found.vectors if isinstance(found, GensimModel) else found
        return stored_from_gensim(vectors, writable=writable)
    return read_native(source, writable=writable)


def stored_from_gensim(found: GensimVectors, *, writable: bool) -> StoredVectors:
    """Return gensim's vectors as ours, with all that is known of the words."""
    rows = found.vectors
    if writable and not rows.flags.writeable:
        rows = rows.copy()
    expandos = {name: _as_array(values) for name, values in found.expandos.items()}
    counts = found.counts
    if counts is not None:
        del expandos["count"]
    return StoredVectors(
        found.words, rows, counts, expandos=expandos, lockf=found.lockf
    )


def _as_array(values: npt.NDArray[Any] | list[object]) -> npt.NDArray[Any]:
    """Return an array with one entry for each word, whatever the entries are."""
    if isinstance(values, np.ndarray):
        return values
    entries = np.empty(len(values), object)
    entries[:] = values
    return entries
