import naive
import numpy as np
import pytest
from entries import Entries

from fastw2v.kernels import rng
from fastw2v.reference import rng as reference

kernels = Entries(rng)

# SplitMix64 started at 1234567, as published with its usual C implementation.
PUBLISHED = [
    6457827717110365317,
    3203168211198807973,
    9817491932198370423,
    4593380528125082431,
    16408922859458223821,
]

EDGES = [0, 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1]


@pytest.mark.parametrize("module", [kernels, reference])
def test_draws_are_splitmix64(module):
    key = np.uint64(1234567)
    assert [int(module.draw(key, n)) for n in range(1, 6)] == PUBLISHED


@pytest.mark.parametrize("module", [kernels, reference])
@pytest.mark.parametrize("seed", EDGES)
def test_streams_match_the_oracle(module, seed):
    for stream in (1, 2, 3):
        key = np.uint64(reference.stream_key(np.uint64(seed), stream))
        assert int(key) == naive.stream_key(seed, stream)
        for position in (0, 1, 7, 10**12):
            assert int(module.draw(key, position)) == naive.draw(int(key), position)


@pytest.mark.parametrize("module", [kernels, reference])
@pytest.mark.parametrize("bound", [1, 2, 3, 1000, 2**31, 2**32 - 1])
def test_below_stays_below(module, bound):
    for bits in EDGES:
        value = int(module.below(np.array([bits], np.uint64)[0], bound))
        assert value == ((bits >> 32) * bound) >> 32
        assert 0 <= value < bound


def test_draws_are_uniform():
    key = reference.stream_key(np.uint64(5), 1)
    values = reference.below(reference.draw(key, np.arange(160_000)), 16)
    counts = np.bincount(values, minlength=16)
    # Chi-square with 15 degrees of freedom: 44 is beyond the 99.99 % point.
    assert (((counts - 10_000) ** 2) / 10_000).sum() < 44
