"""The example of fastnode2vec's README: a Word2Vec that makes its walks while training."""

from fastnode2vec import Graph, Node2Vec
from judging import community, neighbours_alike, planted_graph, report, timed

edges = planted_graph().edges
graph = Graph([(str(a), str(b)) for a, b in edges], directed=False, weighted=False)
model = Node2Vec(graph, dim=64, walk_length=40, window=5, p=2.0, q=0.5, workers=2)
_, seconds = timed(lambda: model.train(epochs=20, verbose=False))
assert model.wv["3"].shape == (64,)
names = list(model.wv.index_to_key)
quality = neighbours_alike(model.wv[names], [community(int(n)) for n in names])
report("fastnode2vec", quality, seconds, "README: Graph, train, wv")
