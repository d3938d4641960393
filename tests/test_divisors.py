import naive
import numpy as np
import pytest

from fastw2v.cluster.divisors import DivisorSums
from fastw2v.cluster.merge import Rule
from fastw2v.cluster.pulls import Backlog, Pulls

V = 300
RULE = Rule(0.1, 0.8, "float32")


@pytest.mark.parametrize("prefix", [1, 40, 41, 150, V])
def test_the_sum_is_that_of_all_rows_one_by_one(prefix):
    rng = np.random.default_rng(1)
    # Falling in steps, as those of words of equal counts.
    w_in = np.sort(rng.integers(1, 20, V))[::-1] / 100
    pulls = Pulls(w_in, rng.uniform(0, 1, V), np.empty(0))
    backlog = Backlog.nothing(V, 3).after_training(0, 9.0).after_training(2, 4.0)
    backlog = backlog.after_merging(40).after_training(1, 7.0)
    found = DivisorSums(pulls, RULE).of(prefix, backlog)
    efforts = backlog.of_rows(slice(0, V)).T
    wanted = [
        naive.divisor([0.1 * effort * pull[row] for effort in efforts[row]])
        for pull in (pulls.w_in, pulls.w_out)
        for row in range(prefix)
    ]
    assert found.rows == 2 * prefix
    assert found.total == pytest.approx(sum(wanted))
