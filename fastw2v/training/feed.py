"""Which shard comes next, for all workers of a run."""

import threading


class Feed:
    """Hands out the shards `first` to `stop` - 1 in order, until it is closed.

    Once it is closed and the workers have ended, the shards before `next` are trained
    and the others are not.

    Parameters
    ----------
    first, stop : int
        first <= stop.

    Attributes
    ----------
    next : int
    is_open : bool
    ends_at_once : bool
        Whether it was closed for the run to end, and not only to pause.
    """

    def __init__(self, first: int, stop: int) -> None:
        assert first <= stop
        self.next = first
        self.is_open = True
        self.ends_at_once = False
        self._stop = stop
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Return how many shards are left."""
        return self._stop - self.next

    def take(self, count: int = 1) -> range:
        """Return the next shards, at most `count`; none after the last or if closed."""
        with self._lock:
            first = self.next
            self.next = min(first + count, self._stop)
            return range(first, self.next)

    def close(self, *, at_once: bool = False) -> None:
        """Hand out no more."""
        with self._lock:
            self.ends_at_once |= at_once
            self.is_open = False
            self._stop = self.next

    def give_back(self, first: int) -> None:
        """Take back the shards from `first` on, which nobody has trained after all."""
        with self._lock:
            self.next = first
            if not self.is_open:
                self._stop = first
