"""Long arrays of tokens, a part at a time."""

import tracemalloc

import numpy as np
import pytest

from fastw2v.corpus import tokens as module
from fastw2v.corpus.tokens import count_tokens, renumber

TOKENS = np.array([3, 0, 0, 2, -1, 1, 3, 3], np.int32)


@pytest.fixture(params=[1, 3, 8, 100])
def part(monkeypatch, request):
    monkeypatch.setattr(module, "_PART", request.param)


@pytest.mark.usefixtures("part")
class TestParts:
    def test_counts(self):
        assert count_tokens(TOKENS, 5).tolist() == [2, 1, 1, 3, 0]
        assert count_tokens(TOKENS[:0], 2).tolist() == [0, 0]

    def test_other_numbers(self):
        kept, keep = renumber(TOKENS, np.array([7, -1, 5, 4, -1], np.int32))
        assert kept.tolist() == [4, 7, 7, 5, 4, 4]
        assert kept.dtype == np.int32
        assert keep.tolist() == [1, 1, 1, 1, 0, 0, 1, 1]

    def test_none_stays(self):
        kept, keep = renumber(TOKENS, np.full(5, -1, np.int32))
        assert len(kept) == 0
        assert not keep.any()


def test_little_memory_beside_the_results():
    tokens = np.zeros(10 << 20, np.int32)
    numbers = np.zeros(2, np.int32)
    tracemalloc.start()
    try:
        count_tokens(tokens, 2)
        assert tracemalloc.get_traced_memory()[1] < tokens.nbytes / 2
        tracemalloc.reset_peak()
        kept, keep = renumber(tokens, numbers)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < kept.nbytes + keep.nbytes + tokens.nbytes / 2
