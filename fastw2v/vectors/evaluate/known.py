"""Which words count as known to an evaluation."""

from typing import NamedTuple

from fastw2v.checks import check_int
from fastw2v.errors import VectorsError
from fastw2v.vectors.table import VectorTable, check_table

BLOCK_ROWS = 4096


class Known(NamedTuple):
    """Which words of a file count as known, and how they are compared.

    Parameters
    ----------
    restrict_vocab : int or None
        Only the first, most frequent, words are known.
    case_insensitive : bool
        Words are compared in upper case.
    """

    restrict_vocab: int | None
    case_insensitive: bool

    def rows_of(self, kv: VectorTable, needed: set[str]) -> dict[str, list[int]]:
        """Return the rows of every spelling of the words, most frequent first."""
        if self.restrict_vocab is not None:
            check_int("restrict_vocab", self.restrict_vocab, 1, 1 << 62)
        rows: dict[str, list[int]] = {}
        words = kv.index_to_key[: len(kv.unit_rows.rows)][: self.restrict_vocab]
        for row, word in enumerate(map(str, words)):
            folded = word.upper() if self.case_insensitive else word
            if folded in needed:
                rows.setdefault(folded, []).append(row)
        return rows


def check_comparable(kv: VectorTable) -> None:
    """Raise `VectorsError` if no two words can be told apart by their vectors."""
    check_table(kv)
    unit = kv.unit_rows
    if len(unit.rows) < 2:
        raise VectorsError(
            f"the vectors hold {len(unit.rows)} words and comparing takes 2 or more: "
            "lower min_count in training, or give another file"
        )
    for start in range(0, len(unit.rows), BLOCK_ROWS):
        if (unit.rows[start : start + BLOCK_ROWS] != unit.rows[0]).any():
            return
    raise VectorsError(
        f"all {len(unit.rows)} vectors are the same, so they tell no words apart: train "
        "them, or give another file"
    )
