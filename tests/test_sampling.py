import naive
import numpy as np
import pytest
from entries import Entries, entry

from fastw2v.kernels import rows, sampling
from fastw2v.reference import sampling as reference
from fastw2v.training.noise import alias_table, noise_distribution

PROBABILITIES = noise_distribution(np.array([50, 20, 10, 5, 5, 1]), 0.75)
TABLE = alias_table(PROBABILITIES)

kernels = Entries(sampling)


@pytest.mark.parametrize("negatives", [1, 5, 7, 8, 40])
@pytest.mark.parametrize("target", [0, 5])
@pytest.mark.parametrize("private", [(0, 0), (3, 100)])
@pytest.mark.parametrize(
    "function",
    [entry(rows.draw_outputs), kernels.draw_outputs, reference.draw_outputs],
    ids=["rows", "loops", "reference"],
)
def test_draw_outputs_matches_the_oracle(function, private, negatives, target):
    outputs = np.full(64, -1, np.int32)
    for pair in range(30):
        function(target, np.uint64(99), pair, negatives, TABLE, outputs, 8, private)
        count, behind = private
        noise = naive.noise(99, pair, negatives, TABLE)
        expected = [target, *(w + behind if w < count else w for w in noise)]
        assert outputs[8 : 9 + negatives].tolist() == expected
    assert (outputs[:8] == -1).all()
    assert (outputs[56:] == -1).all()


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
