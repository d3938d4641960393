"""Write vectors for the embedding projector of TensorBoard."""

import os
from collections.abc import Sequence
from contextlib import ExitStack

from fastw2v.checks import check_path, check_whole
from fastw2v.errors import FormatError
from fastw2v.replace import replacing
from fastw2v.vectors.given import as_keys
from fastw2v.vectors.table import VectorTable

VECTORS_FILE, WORDS_FILE = "vectors.tsv", "metadata.tsv"
CONFIG_FILE = "projector_config.pbtxt"
FILES = (VECTORS_FILE, WORDS_FILE, CONFIG_FILE)
BLOCK_ROWS = 1024
CONFIG = f"""embeddings {{
  tensor_name: "word vectors"
  tensor_path: "{VECTORS_FILE}"
  metadata_path: "{WORDS_FILE}"
}}
"""


def save_projector(
    kv: VectorTable,
    folder: str | os.PathLike[str],
    *,
    count: int = 10_000,
    words: Sequence[str] | None = None,
) -> int:
    """Write a folder that ``tensorboard --logdir`` shows in its projector.

    It receives ``vectors.tsv`` (numbers, separated by tabs), ``metadata.tsv`` (the
    words; with a header and a second column where counts are known) and
    ``projector_config.pbtxt``. The first two can also be loaded on the page
    projector.tensorflow.org. All three are written, or none.

    Parameters
    ----------
    kv : VectorTable
        Left unchanged.
    folder : str or PathLike
        Made if missing; its parent has to exist.
    count : int
        Only so many first, most frequent, words; the projector becomes slow at more
        than some ten thousand.
    words : sequence of str, optional
        These words instead.

    Returns
    -------
    int
        Words written.

    Raises
    ------
    FormatError
        No word is left to write, or one is empty or holds a tab or the end of a line.
    KeyError
        A word has no vector.
    OSError
        The folder cannot be made or written.
    """
    check_whole("count", count)
    target = check_path("folder", folder)
    if words is not None:
        words = as_keys("words", words)
    if words is None:
        places = list(range(min(count, len(kv.unit_rows.rows))))
    else:
        places = [kv.get_index(word) for word in words]
    names = [str(kv.index_to_key[place]) for place in places]
    _check(names)
    target.mkdir(exist_ok=True)
    with ExitStack() as stack:
        vectors, metadata, config = (
            stack.enter_context(replacing(target / name)) for name in FILES
        )
        with vectors.open("w", encoding="ascii", newline="\n") as stream:
            for start in range(0, len(places), BLOCK_ROWS):
                block = kv.vectors[places[start : start + BLOCK_ROWS]].tolist()
                stream.writelines(
                    "\t".join(f"{number:.6g}" for number in row) + "\n" for row in block
                )
        with metadata.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(f"{line}\n" for line in _metadata(kv, names, places))
        config.write_text(CONFIG, encoding="ascii")
    return len(places)


def _check(names: Sequence[str]) -> None:
    if not names:
        raise FormatError("no word is left to write: name some, or raise the count")
    for name in names:
        if not name or set(name) & set("\t\r\n"):
            raise FormatError(
                f"the word {name!r} is empty or holds a tab or the end of a line, which "
                "a table cannot hold: name other words"
            )


def _metadata(
    kv: VectorTable, names: Sequence[str], places: Sequence[int]
) -> list[str]:
    if kv.counts is None:
        return list(names)  # a single column has no header
    counts = kv.counts[places].tolist()
    rows = (f"{name}\t{count}" for name, count in zip(names, counts, strict=True))
    return ["word\tcount", *rows]
