"""nodevectors' Node2Vec, which asks for ``size`` as gensim 3 had it."""

import tempfile

from judging import community, neighbours_alike, planted_graph, report, timed
from nodevectors import Node2Vec

graph = planted_graph()
model = Node2Vec(n_components=64, walklen=30, epochs=20, verbose=True)
_, seconds = timed(lambda: model.fit(graph))
vectors = [model.predict(node) for node in range(200)]
with tempfile.TemporaryDirectory() as folder:
    model.save_vectors(f"{folder}/vectors")
quality = neighbours_alike(vectors, [*map(community, range(200))])
report("nodevectors", quality, seconds, "README: fit, predict, save_vectors")
