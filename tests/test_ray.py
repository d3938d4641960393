"""Runs on Ray: processes of this machine, and nodes that meet over TCP."""

from dataclasses import replace

import pytest

from fastw2v import (
    EncodedCorpus,
    RayCluster,
    SimulatedCluster,
    TrainConfig,
    train,
)

ray = pytest.importorskip("ray", minversion="2.50")

from ray_processes import Killer

from fastw2v.cluster.ray_start import connected

pytestmark = [
    pytest.mark.ray,
    # Ray leaves sockets and files to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SMALL = TrainConfig(dim=16, epochs=2, threads=1)
STORE = 300 << 20


def bits_of(result):
    return [
        result.vectors.vectors.tobytes(),
        result.context_vectors.vectors.tobytes(),
    ]


def facts_of(merging):
    return replace(merging, lost_rounds=0)


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """Be connected to a cluster of this machine, and cache compiled kernels."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FASTW2V_CACHE", "1")
        patch.setenv("NUMBA_CACHE_DIR", str(tmp_path_factory.mktemp("kernels")))
        with connected(RayCluster("local", 4), STORE):
            yield


@pytest.fixture(scope="module")
def corpus(make_corpus):
    return make_corpus([20] * 3_000, vocabulary=2_000)


@pytest.mark.parametrize(
    "merging",
    [{}, {"sync_dtype": "float16"}, {"overlap": True}],
    ids=str,
)
def test_two_workers_give_the_bits_of_the_simulation(here, corpus, merging):
    merging = {"sync_rows": 300, **merging}
    simulated = train(corpus, SMALL, cluster=SimulatedCluster(2, **merging))
    result = train(corpus, SMALL, cluster=RayCluster("local", 2, **merging))
    assert bits_of(result) == bits_of(simulated)
    assert result.history.loss == simulated.history.loss
    assert result.merging == simulated.merging
    assert result.merging.merges > 20


def test_one_worker_gives_the_bits_of_ordinary_training(here, corpus):
    result = train(corpus, SMALL, cluster="local:1")
    assert bits_of(result) == bits_of(train(corpus, SMALL))


def test_a_worker_killed_in_a_round_changes_no_bit(here, make_corpus, tmp_path):
    make_corpus([20] * 20_000, vocabulary=2_000).save(tmp_path / "text")
    corpus = EncodedCorpus.load(tmp_path / "text")
    config = replace(SMALL, dim=100)
    cluster = {"sync_rows": 300, "round_tokens": 40_000}
    with Killer([0.2, 1.0]) as killer:
        result = train(corpus, config, cluster=RayCluster("local", 2, **cluster))
    simulated = train(corpus, config, cluster=SimulatedCluster(2, **cluster))
    assert len(killer.killed) == 2
    assert result.merging.lost_rounds >= 1
    assert bits_of(result) == bits_of(simulated)
    assert facts_of(result.merging) == simulated.merging
    assert [r.centers for r in result.history.epochs] == [len(corpus)] * 2
    assert result.history.loss == pytest.approx(simulated.history.loss, rel=1e-12)
