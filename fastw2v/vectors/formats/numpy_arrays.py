"""Read arrays in NumPy's files, believing nothing in their headers.

NumPy sets aside what a header asks for before it looks at the data, and zipfile unpacks
whatever a member holds.
"""

import os
import zipfile
from math import prod
from typing import IO, Any

import numpy as np
import numpy.typing as npt

# Deflate makes nothing smaller than this.
MAX_DEFLATE_RATIO = 1032


def check_header(stream: IO[bytes], size: int) -> None:
    """Read the header of an array; compare it with the bytes that follow it.

    Parameters
    ----------
    stream : binary file
        At the start of the array.
    size : int
        Bytes of header and data.

    Raises
    ------
    ValueError
        They disagree, it is no header, or the array holds objects.
    """
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    elif version in {(2, 0), (3, 0)}:
        length = int.from_bytes(stream.read(4), "little")
        if length > size:  # NumPy would set aside as much
            raise ValueError(f"a header of {length} bytes in {size}")
        stream.seek(-4, os.SEEK_CUR)
        shape, _, dtype = np.lib.format.read_array_header_2_0(stream)
    else:
        raise ValueError(f"version {version} of NumPy's format is unknown")
    if dtype.hasobject:
        raise ValueError("it holds objects")
    if prod(shape) * dtype.itemsize != size - stream.tell():
        raise ValueError(f"shape {shape} does not fit its {size} bytes")


def read_member(archive: zipfile.ZipFile, name: str, disk_bytes: int) -> Any:
    """Read one array of an .npz file.

    Parameters
    ----------
    archive : ZipFile
    name : str
        Of the array, without ``.npy``.
    disk_bytes : int
        Size of the whole file.

    Raises
    ------
    ValueError, LookupError, OSError, zipfile.BadZipFile
        It is missing, damaged, or larger than such a file can hold.
    """
    entry = archive.getinfo(f"{name}.npy")
    if entry.file_size > MAX_DEFLATE_RATIO * disk_bytes:
        raise ValueError(f"more data promised in {name!r} than it can hold")
    with archive.open(entry) as stream:
        check_header(stream, entry.file_size)
    with archive.open(entry) as stream:
        array: npt.NDArray[Any] = np.lib.format.read_array(stream, allow_pickle=False)
        return array
