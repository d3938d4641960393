"""Keys numbered by first appearance, and chunks of text counted in their order."""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
import numpy.typing as npt

# The modules that read text import pyarrow (0.2 s), so they wait for the first text.
if TYPE_CHECKING:
    from fastw2v.corpus.chunks import CountedChunk
    from fastw2v.corpus.sources import Job, Source

Key = TypeVar("Key", bound=Hashable)


class Numbering(Generic[Key]):
    """Keys numbered 0, 1, ... by first appearance.

    Parameters
    ----------
    keys : iterable
        The first ones.
    """

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        # Not the dictionary's own __len__: a cycle, it would outlive its use.
        self._numbers: defaultdict[Key, int] = defaultdict(count().__next__)
        for key in keys:
            self._numbers[key]

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[Key]:
        """Go over the keys, by number."""
        return iter(self._numbers)

    def __reduce__(
        self,
    ) -> tuple[Callable[[Iterable[Key]], "Numbering[Key]"], tuple[list[Key]]]:
        return type(self), (list(self._numbers),)

    def add(self, keys: Collection[Key]) -> npt.NDArray[np.int32]:
        """Return the numbers of keys; those not seen yet get the next ones."""
        found = map(self._numbers.__getitem__, keys)
        return np.fromiter(found, dtype=np.int32, count=len(keys))

    def get(self, key: Key) -> int | None:
        """Return the number of a key, None if it was never seen."""
        return self._numbers.get(key)


def counted_in_order(
    source: "Source", threads: int
) -> Iterator[tuple["CountedChunk", int]]:
    """Count chunks in worker threads; give them back in text order.

    So that memory stays bounded, reading waits while one chunk more than there
    are threads is under way.

    Yields
    ------
    CountedChunk
        The next stretch of the text.
    int
        Bytes of the source up to and with it.
    """
    from fastw2v.corpus.chunks import count_words
    from fastw2v.corpus.pieces import Cutter

    def count_job(job: "Job") -> "CountedChunk":
        return count_words(job.split())

    cutter = Cutter(source.cut)
    waiting: deque[tuple[Future[CountedChunk], int]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for job in source.jobs:
                waiting.append((pool.submit(count_job, job), job.bytes_read))
                if len(waiting) > threads:
                    chunk, bytes_read = waiting.popleft()
                    yield cutter.cut_chunk(chunk.result()), bytes_read
            while waiting:
                chunk, bytes_read = waiting.popleft()
                yield cutter.cut_chunk(chunk.result()), bytes_read
        finally:
            for chunk, _ in waiting:
                chunk.cancel()
