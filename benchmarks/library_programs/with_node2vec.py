"""The example of node2vec's README, on a graph with communities."""

import tempfile

from judging import community, neighbours_alike, planted_graph, report, timed
from node2vec import Node2Vec
from node2vec.edges import HadamardEmbedder

graph = planted_graph()
node2vec = Node2Vec(
    graph, dimensions=64, walk_length=30, num_walks=20, workers=1, quiet=True, seed=1
)
model, seconds = timed(lambda: node2vec.fit(window=10, min_count=1, batch_words=4))
assert len(model.wv.most_similar("2")) == 10

edges = HadamardEmbedder(keyed_vectors=model.wv, quiet=True)
assert edges[("1", "2")].shape == (64,)
edge_vectors = edges.as_keyed_vectors()
assert len(edge_vectors.most_similar(str(("1", "2")))) == 10
with tempfile.TemporaryDirectory() as folder:
    model.wv.save_word2vec_format(f"{folder}/nodes")
    model.save(f"{folder}/model")
    edge_vectors.save_word2vec_format(f"{folder}/edges")
    again = type(model).load(f"{folder}/model")
    assert again.wv.most_similar("2") == model.wv.most_similar("2")

nodes = sorted(graph)
quality = neighbours_alike(model.wv[[str(n) for n in nodes]], [*map(community, nodes)])
report("node2vec", quality, seconds, "README: fit, neighbours, edge vectors, files")
