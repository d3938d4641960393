"""Parts of a set of sentences: to learn from, to choose by, to be tested on."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from fastw2v.errors import FormatError

TRAIN_SHARE, DEV_SHARE = 0.7, 0.1
"""Of each class, where the file names no parts; the rest is for testing."""


def parts_of(
    named: Sequence[str], classes: npt.NDArray[np.int64], seed: int
) -> npt.NDArray[np.str_]:
    """Return the part of each sentence; by chance, class by class, if none is named.

    A file that names no dev part has one taken from its training part.

    Parameters
    ----------
    named : sequence of str
        What the file says: "train", "dev", "test", or "".
    classes : int64 array, of the same length
    seed : int
    """
    parts = np.array(named, dtype="<U5")
    rng = np.random.default_rng(seed)
    if not parts.any():
        _divide(parts, classes, rng, {"train": TRAIN_SHARE, "dev": DEV_SHARE})
        parts[parts == ""] = "test"
    elif "dev" not in parts:
        chosen = parts == "train"
        own = np.where(chosen, "", "other").astype("<U5")
        _divide(own, np.where(chosen, classes, -1), rng, {"dev": DEV_SHARE})
        parts[own == "dev"] = "dev"
    return parts


def check_parts(
    parts: npt.NDArray[np.str_], classes: npt.NDArray[np.int64], name: str
) -> None:
    """Raise `FormatError` if a part is empty or one class is all there is to learn."""
    sizes = {part: int(np.sum(parts == part)) for part in ("train", "dev", "test")}
    if not all(sizes.values()):
        raise FormatError(
            f"{name}: sentences per part are {sizes} and none may be empty: add some, or "
            "name the parts"
        )
    if len(set(classes[parts == "train"].tolist())) < 2:
        raise FormatError(
            f"{name}: the training sentences are all of one class: telling "
            "classes apart takes 2 or more"
        )


def _divide(
    parts: npt.NDArray[np.str_],
    classes: npt.NDArray[np.int64],
    rng: np.random.Generator,
    shares: Mapping[str, float],
) -> None:
    """Give these shares of each class, chosen by chance, their parts."""
    for number in range(classes.max() + 1):
        places = rng.permutation(np.flatnonzero(classes == number))
        start = 0
        for part, share in shares.items():
            count = round(share * len(places))
            parts[places[start : start + count]] = part
            start += count
