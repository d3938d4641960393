"""Nodes of a Ray cluster that disappear; waits for Ray to notice."""

import logging

import pytest

from fastw2v import Callback, RayCluster, TrainConfig, train

pytest.importorskip("ray", minversion="2.60")

from ray.cluster_utils import Cluster

pytestmark = [
    pytest.mark.ray,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

CONFIG = TrainConfig(dim=16, epochs=3, threads=1)
SIZE = {"num_cpus": 1, "object_store_memory": 300 << 20}


@pytest.fixture
def nodes(monkeypatch):
    monkeypatch.setenv("FASTW2V_CACHE", "1")
    cluster = Cluster(initialize_head=True, head_node_args=SIZE)
    yield cluster
    cluster.shutdown()


class RemovesNode(Callback):
    """Removes a node after the first epoch, and puts another there if told to."""

    def __init__(self, nodes, *, replace):
        self.nodes, self.replace = nodes, replace
        self.node = nodes.add_node(**SIZE)

    def on_epoch_end(self, state):
        if len(state.history.epochs) == 1:
            self.nodes.remove_node(self.node, allow_graceful=False)
            if self.replace:
                self.nodes.add_node(**SIZE)


@pytest.mark.parametrize("replace", [False, True], ids=["done_without", "replaced"])
def test_a_node_that_disappears(nodes, make_corpus, caplog, replace):
    corpus = make_corpus([20] * 3_000, vocabulary=2_000)
    removing = RemovesNode(nodes, replace=replace)
    patience = 600.0 if replace else 45.0
    cluster = RayCluster(nodes.address, patience=patience)
    with caplog.at_level(logging.WARNING, logger="fastw2v"):
        result = train(corpus, CONFIG, cluster=cluster, callbacks=[removing])
    assert [record.centers for record in result.history.epochs] == [len(corpus)] * 3
    assert result.history.loss[2] < result.history.loss[0]
    assert ("going on without it" in caplog.text) is not replace
    if replace:
        expected = train(corpus, CONFIG, cluster="sim:2")
        same = result.vectors.vectors == expected.vectors.vectors
        assert same.all()
