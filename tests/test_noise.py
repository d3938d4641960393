import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastw2v.training.noise import alias_table, noise_distribution

COUNTS = st.lists(st.integers(1, 10**12), min_size=1, max_size=60)


def test_distribution_is_count_to_the_exponent():
    counts = np.array([16, 1, 81])
    expected = np.array([8, 1, 27]) / 36
    assert noise_distribution(counts, 0.75) == pytest.approx(expected, rel=1e-12)
    assert noise_distribution(counts, 0.0) == pytest.approx([1 / 3] * 3)


@given(COUNTS, st.sampled_from([-4.0, -1.0, 0.0, 0.5, 0.75, 1.0, 4.0]))
def test_alias_table_draws_the_distribution(counts, exponent):
    wanted = noise_distribution(np.array(counts, np.int64), exponent)
    table = alias_table(wanted)
    assert table.shape == (len(counts), 2)
    assert table[:, 1].max() < len(counts)
    # Thresholds are rounded to 2**-32, and every slot may give its error away.
    assert naive.alias_probabilities(table) == pytest.approx(
        wanted.tolist(), abs=2.0**-30
    )


@pytest.mark.parametrize("exponent", [0.0, 0.75])
def test_alias_table_of_equal_counts(exponent):
    """Rounding may put every word below the mean."""
    for size in range(1, 300):
        wanted = noise_distribution(np.full(size, 7), exponent)
        drawn = naive.alias_probabilities(alias_table(wanted))
        assert drawn == pytest.approx(wanted.tolist(), abs=2.0**-30)


def test_alias_table_of_a_zipf_vocabulary():
    counts = (10**7 / np.arange(1, 50_001)).astype(np.int64)
    wanted = noise_distribution(counts, 0.75)
    drawn = np.array(naive.alias_probabilities(alias_table(wanted)))
    assert np.abs(drawn - wanted).max() < 1e-9
    assert not alias_table(wanted).flags.writeable
