import pytest

from fastw2v.bundles import Settings, pairs_fit, shape_sizes, step_shape


@pytest.mark.parametrize(
    ("negatives", "group", "sizes"),
    [
        (5, 1, (True, False, 6)),
        (5, 10, (False, False, 6)),
        (7, 1, (True, True, 0)),
        (20, 8, (False, True, 5)),
    ],
)
def test_the_length_of_a_step_shape_says_the_sizes(negatives, group, sizes):
    shape = step_shape(Settings(window=5, negatives=negatives, group=group))
    assert shape_sizes(len(shape)) == sizes
    assert pairs_fit(len(shape)) == (sizes == (True, False, 6))
