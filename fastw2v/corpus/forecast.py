"""Will the numbered tokens of a text fit memory? Told from those read so far."""

from fastw2v.memory import check_memory

# Tokens before the first look; the next is at twice as many.
FIRST_LOOK = 1 << 22
_TOKEN_BYTES = 4


class Forecast:
    """Foresees what is still to come of a text, at the rate seen so far.

    Parameters
    ----------
    bytes_total : int or None
        Of the source; None where unknown, and then as much again is foreseen.
    """

    def __init__(self, bytes_total: int | None) -> None:
        self._bytes_total = bytes_total
        self._next_look = FIRST_LOOK

    def look(self, tokens: int, bytes_read: int) -> None:
        """Check again, if there are many more tokens than at the last look.

        Raises
        ------
        TooLargeError
            The rest would not fit.
        """
        if tokens < self._next_look:
            return
        self._next_look = 2 * tokens
        to_come = float(tokens)
        if self._bytes_total and bytes_read:
            to_come *= max(0, self._bytes_total - bytes_read) / bytes_read
        check_memory(
            f"the {to_come:,.0f} tokens still to be read",
            int(_TOKEN_BYTES * to_come),
            "keep them on disk with encode(..., output=folder), or fastw2v encode",
        )
