"""Sparse vectors in NumPy's .npz, readable by `scipy.sparse.load_npz` as well.

========== ======= ========== ================================================
array      dtype   shape      meaning
========== ======= ========== ================================================
format     bytes   ()         b"csr", as SciPy writes it
shape      int64   (2,)       V rows, C columns
indptr     int     (V + 1,)   row r is entries indptr[r] to indptr[r + 1] - 1
indices    int     (entries,) columns, rising within a row
data       number  (entries,) values
words      uint8   (B,)       UTF-8 JSON: {"words": [...], "counts": [...]}
metadata   uint8   (B,)       UTF-8 JSON: the caller's own texts
========== ======= ========== ================================================
"""

import json
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.checks import check_path
from fastw2v.corpus.vocab import Vocab
from fastw2v.errors import FormatError
from fastw2v.replace import check_target, replacing
from fastw2v.vectors.formats.numpy_arrays import read_member

if TYPE_CHECKING:
    from scipy.sparse import csr_array

PathLike = str | os.PathLike[str]

ARRAYS = ("shape", "indptr", "indices", "data", "words", "metadata")


class StoredSparse(NamedTuple):
    """What a file of sparse vectors holds."""

    words: Sequence[str]
    matrix: "csr_array"
    counts: npt.NDArray[np.int64]
    metadata: Mapping[str, str]


def check_sparse_target(path: PathLike) -> None:
    """Find out before any work whether `write_sparse` can write there.

    Raises
    ------
    FormatError
        The name does not end in .npz.
    OSError
        The folder does not exist or takes no file, or ``path`` is a folder.
    """
    if not str(path).lower().endswith(".npz"):
        raise FormatError(f"{path} is to hold sparse vectors: end its name in .npz")
    with tempfile.TemporaryFile(dir=check_target(path).parent):
        pass


def write_sparse(path: PathLike, stored: StoredSparse) -> None:
    """Write one .npz file, not compressed, whole or not at all."""
    matrix = stored.matrix
    vocabulary = Vocab(stored.words, stored.counts).to_bytes()
    metadata = json.dumps(dict(stored.metadata)).encode()
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(
            file,
            format=np.array(b"csr"),
            shape=np.array(matrix.shape),
            indptr=matrix.indptr,
            indices=matrix.indices,
            data=matrix.data,
            words=np.frombuffer(vocabulary, np.uint8),
            metadata=np.frombuffer(metadata, np.uint8),
        )


def read_sparse(path: PathLike) -> StoredSparse:
    """Read what `write_sparse` wrote.

    Raises
    ------
    FormatError
        The file is something else, or damaged.
    """
    try:
        with check_path("the file", path).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            with zipfile.ZipFile(file) as archive:
                arrays = {name: read_member(archive, name, size) for name in ARRAYS}
        return _stored(arrays, str(path))
    except (FileNotFoundError, IsADirectoryError, PermissionError):
        raise
    except Exception as error:  # whatever zipfile, NumPy's parser and SciPy raise
        raise FormatError(
            f"{path} is no file of sparse vectors ({error}): make it with"
            " SparseVectors.save or fastw2v count"
        ) from error


def _stored(arrays: dict[str, npt.NDArray[Any]], name: str) -> StoredSparse:
    from scipy.sparse import csr_array

    vocabulary = Vocab.from_bytes(arrays["words"].tobytes(), name)
    matrix = csr_array(
        (arrays["data"], arrays["indices"], arrays["indptr"]),
        shape=tuple(arrays["shape"].tolist()),
    )
    matrix.check_format(full_check=True)
    if matrix.shape[0] != len(vocabulary):
        raise ValueError(f"{len(vocabulary)} words for {matrix.shape[0]} rows")
    metadata = json.loads(arrays["metadata"].tobytes())
    return StoredSparse(vocabulary.words, matrix, vocabulary.counts, metadata)
