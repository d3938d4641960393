"""KeyedVectors: words and their vectors, searched, changed, judged, saved, loaded."""

from typing import Self

from fastw2v.vectors.editing import EditableVectors
from fastw2v.vectors.files import VectorFiles
from fastw2v.vectors.judging import Judging
from fastw2v.vectors.legacy import LegacyNames
from fastw2v.vectors.lifecycle import Lifecycle
from fastw2v.vectors.nearest import NearestNeighbours
from fastw2v.vectors.word_sets import WordSets


class KeyedVectors(
    NearestNeighbours,
    WordSets,
    LegacyNames,
    EditableVectors,
    Judging,
    VectorFiles,
    Lifecycle,
):
    """One vector for each key, with search, sets, evaluation and files.

    ``KeyedVectors(vector_size, count=0, dtype=np.float32, mapfile_path=None)`` is an
    empty table to add vectors to; `from_arrays` takes words and vectors at hand. Both,
    the attributes and look-up are those of `VectorTable`; the other base classes have
    a subject each.
    """

    def unit_normalized(self) -> Self:
        """Return the same words and attributes with vectors of length one."""
        table = type(self).from_stored(self.stored)
        table.vectors = self.get_normed_vectors()[: len(table)]
        return table
