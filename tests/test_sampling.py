import naive
import numpy as np
import pytest

from fastw2v.bundles import Settings, Weights
from fastw2v.kernels import logistic as kernel_logistic
from fastw2v.kernels import sampling as kernels
from fastw2v.reference import logistic as reference_logistic
from fastw2v.reference import sampling as reference
from fastw2v.training.noise import alias_table, noise_distribution

PROBABILITIES = noise_distribution(np.array([50, 20, 10, 5, 5, 1]), 0.75)
TABLE = alias_table(PROBABILITIES)


@pytest.fixture(params=["kernels", "reference"])
def backend(request):
    """(sampling module, function that allocates scratch buffers)."""
    if request.param == "kernels":
        return kernels, kernel_logistic.new_scratch
    return reference, reference_logistic.new_scratch


def scratch_for(new_scratch, negatives):
    matrix = np.zeros((6, 16), np.float32)
    return new_scratch(Weights(matrix, matrix), Settings(2, negatives, 1))


@pytest.mark.parametrize("negatives", [1, 5, 40])
@pytest.mark.parametrize("target", [0, 3, 5])
def test_draw_outputs_matches_the_oracle(backend, negatives, target):
    module, new_scratch = backend
    scratch = scratch_for(new_scratch, negatives)
    key = np.uint64(99)
    for pair in range(30):
        count = module.draw_outputs(target, key, pair, TABLE, scratch)
        rows = scratch.outputs[:count].tolist()
        times = scratch.multiplicity[:count].tolist()
        noise = naive.outputs(target, 99, pair, negatives, TABLE)
        assert (rows[0], times[0]) == (target, 1)
        assert rows[1:] == list(dict.fromkeys(noise))
        assert times[1:] == [noise.count(word) for word in rows[1:]]


def test_noise_words_follow_the_distribution():
    bits = np.random.default_rng(3).integers(0, 2**64, 200_000, np.uint64)
    drawn = np.array([kernels.noise_word(b, TABLE) for b in bits])
    assert (drawn == reference.noise_word(bits, TABLE)).all()
    counts = np.bincount(drawn, minlength=6)
    wanted = PROBABILITIES * len(bits)
    # Chi-square with 5 degrees of freedom: 26 is beyond the 99.99 % point.
    assert ((counts - wanted) ** 2 / wanted).sum() < 26


@pytest.mark.parametrize("probability", [0.0, 0.25, 1.0])
def test_keep_probability_is_the_share_kept(probability):
    bits = np.random.default_rng(4).integers(0, 2**64, 40_000, np.uint64)
    keep = np.float32(probability)
    kept = reference.is_kept(bits, keep)
    assert kept.mean() == pytest.approx(probability, abs=0.01)
    assert kept.tolist() == [kernels.is_kept(b, keep) for b in bits]


def test_reach_is_uniform_from_one_to_window():
    bits = np.random.default_rng(5).integers(0, 2**64, 50_000, np.uint64)
    reach = reference.reach_of(bits, 5)
    assert np.bincount(reach).tolist()[0] == 0
    assert np.bincount(reach)[1:] / 50_000 == pytest.approx([0.2] * 5, abs=0.01)
    assert reach[:1000].tolist() == [kernels.reach_of(b, 5) for b in bits[:1000]]
