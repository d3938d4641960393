"""VectorArray: the rows, and what is derived from them, never stale."""

from typing import Any

import numpy as np
import numpy.typing as npt

from fastw2v.errors import VectorsError
from fastw2v.vectors.lengths import BLOCK_ROWS, Floats, inverse, row_norms
from fastw2v.vectors.search import UnitRows


class VectorArray:
    """Rows that may change, with their lengths and unit vectors.

    Parameters
    ----------
    vectors : array, shape (V, D)
        float16, float32 or float64; not copied.
    """

    def __init__(self, vectors: npt.NDArray[Any]) -> None:
        self._norms: Floats | None = None
        self._unit_rows: UnitRows | None = None
        self._normed: Floats | None = None
        self.vectors = vectors

    @property
    def vectors(self) -> npt.NDArray[Any]:
        """All vectors, shape (V, D); assigning another array does not copy it."""
        return self._vectors

    @vectors.setter
    def vectors(self, vectors: npt.ArrayLike) -> None:
        rows = np.asarray(vectors)
        if rows.dtype.kind in "biu":
            rows = rows.astype(np.float32)
        floating(rows.dtype)
        if rows.ndim != 2 or rows.shape[1] == 0:
            raise ValueError(
                f"vectors have shape {rows.shape}: give one row per key and at least "
                "one number per row"
            )
        self._vectors: npt.NDArray[Any] = rows
        self.vector_size: int = rows.shape[1]
        self._drop_derived()

    @property
    def norms(self) -> Floats:
        """Euclidean length of each vector, shape (V,), read-only.

        Assigning None has them measured anew.
        """
        if self._norms is None:
            norms = row_norms(self.vectors)
            if not np.isfinite(norms).all():
                row = int(np.isfinite(norms).argmin())
                raise VectorsError(
                    f"the vector in row {row} is not finite, or longer than {norms.dtype} "
                    "can tell: train anew with a lower learning rate, or write the file "
                    "again if it was read from one"
                )
            norms.flags.writeable = False
            self._norms = norms
        return self._norms

    @norms.setter
    def norms(self, norms: None) -> None:
        if norms is not None:
            raise AttributeError(
                "norms follow from the vectors: assign None to have them measured anew"
            )
        self._drop_derived()

    @property
    def unit_rows(self) -> UnitRows:
        """The rows in use, as `fastw2v.vectors.search.top_k` wants them."""
        if self._unit_rows is None:
            filled = self._filled
            scale = inverse(self.norms[:filled])
            self._unit_rows = UnitRows(self.vectors[:filled], scale)
        return self._unit_rows

    @property
    def normed(self) -> Floats:
        """Vectors of length one, shape (V, D), read-only, kept once computed.

        A row shorter than 1.2e-38, the smallest normal float32, stays as zeros.
        """
        if self._normed is None:
            self._normed = self.get_normed_vectors()
            self._normed.flags.writeable = False
        return self._normed

    def get_normed_vectors(self) -> Floats:
        """Return vectors of length one, shape (V, D), as a new array."""
        unit: Floats = self.vectors * inverse(self.norms)[:, None]
        return unit

    def fill_norms(self, force: bool = False) -> None:
        """Measure the vectors now; ``force`` does so again after in-place changes."""
        if force:
            self._drop_derived()
        _ = self.norms

    def unit_normalize_all(self) -> None:
        """Bring all vectors to length one, in place where the array can be written."""
        scale = inverse(self.norms)
        vectors = self._writable()
        for start in range(0, len(vectors), BLOCK_ROWS):
            block = slice(start, start + BLOCK_ROWS)
            vectors[block] *= scale[block, None]
        self._drop_derived()

    def _writable(self) -> npt.NDArray[Any]:
        """Return the vectors for writing; a read-only array is copied first."""
        if not self._vectors.flags.writeable:
            self.vectors = self._vectors.copy()
        return self._vectors

    @property
    def _filled(self) -> int:
        """How many rows are in use; the others come last."""
        return len(self.vectors)

    def _drop_derived(self) -> None:
        self._norms = self._unit_rows = self._normed = None


def floating(dtype: npt.DTypeLike) -> np.dtype[Any]:
    """Return the dtype if vectors can have it; TypeError if not."""
    try:
        found = np.dtype(dtype)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{dtype!r:.80} is no dtype ({error}): give float16, float32 or float64"
        ) from error
    if found.kind != "f" or found.itemsize > 8:
        raise TypeError(
            f"vectors of {found} cannot be searched: give float16, float32 or float64"
        )
    return found
