"""Choose the reader of a file that says itself what it holds."""

from fastw2v.vectors.formats.native import read_native
from fastw2v.vectors.formats.stored import StoredVectors
from fastw2v.vectors.formats.streams import Source


def read_stored(source: Source, *, writable: bool) -> StoredVectors:
    """Read vectors in a format that can be told from the first bytes.

    So far that is fastw2v's own; readers of other such formats are chosen here.

    Parameters
    ----------
    source : str, PathLike or binary file
    writable : bool
        Arrays can be written to, which leaves the file as it is.

    Raises
    ------
    FormatError
        The file is in another format (the message names its loader) or damaged.
    """
    return read_native(source, writable=writable)
