import naive
import numpy as np
import pytest

from fastw2v.bundles import Sampling, Settings, Text
from fastw2v.config import TrainConfig
from fastw2v.reference.rng import draw, stream_key
from fastw2v.reference.windows import shard_windows
from fastw2v.training.shards import plan_epoch, shard_bounds

V = 30
LAYOUTS = {
    "even lines": [12] * 40,
    "empty and short lines": [0, 0, 1, 5, 0, 1, 1, 2, 30, 0],
    "a line over several shards": [3, 200, 1],
}


def text_of(lengths):
    rng = np.random.default_rng(4)
    tokens = rng.integers(V, size=sum(lengths)).astype(np.int32)
    return Text(tokens, np.concatenate([[0], np.cumsum(lengths)]))


@pytest.mark.parametrize("window", [1, 4, 60])
@pytest.mark.parametrize("keep", [1.0, 0.6, 0.0])
@pytest.mark.parametrize("lengths", LAYOUTS.values(), ids=LAYOUTS)
def test_pairs_are_those_of_the_oracle(lengths, keep, window):
    text = text_of(lengths)
    sampling = Sampling(np.full(V, keep, np.float32), np.zeros((V, 2), np.uint32))
    config = TrainConfig(seed=5, window=window)
    shards = plan_epoch(text.offsets, shard_bounds(text.offsets, 60), config, epoch=2)
    for i in range(len(shards.keys)):
        windows = shard_windows(text, sampling, Settings(window, 1, 1), shards, i)
        centers = np.repeat(windows.centers, windows.sizes).tolist()
        kept, pairs = naive.shard_pairs(
            text.tokens,
            text.offsets.tolist(),
            *shards.bounds[i : i + 2].tolist(),
            sampling.keep_prob,
            int(draw(stream_key(np.uint64(5), 2), i)),
            window,
        )
        assert len(windows.centers) == kept
        assert list(zip(centers, windows.contexts.tolist(), strict=True)) == pairs


def test_an_empty_shard_has_no_windows():
    text = text_of([5])
    shards = plan_epoch(text.offsets, np.zeros(2, np.int64), TrainConfig(), epoch=0)
    sampling = Sampling(np.ones(V, np.float32), np.zeros((V, 2), np.uint32))
    windows = shard_windows(text, sampling, Settings(3, 1, 1), shards, 0)
    assert [len(part) for part in windows] == [0] * 3
