"""pyrdf2vec: embed entities of a small knowledge graph, then add walks."""

import random

import numpy as np
from judging import community, neighbours_alike, planted_graph, report, timed
from pyrdf2vec import RDF2VecTransformer
from pyrdf2vec.embedders import Word2Vec
from pyrdf2vec.graphs import KG, Vertex
from pyrdf2vec.walkers import RandomWalker

random.seed(1)
graph = KG()
for a, b in planted_graph().edges:
    for start, end in ((a, b), (b, a)):
        subject, target = Vertex(f"http://n#{start}"), Vertex(f"http://n#{end}")
        relation = Vertex("http://n#knows", predicate=True, vprev=subject, vnext=target)
        graph.add_walk(subject, relation, target)
entities = [f"http://n#{node}" for node in range(200)]
transformer = RDF2VecTransformer(
    Word2Vec(epochs=10, vector_size=64, workers=1),
    walkers=[RandomWalker(4, 30, with_reverse=False, n_jobs=1, random_state=1)],
)
(vectors, _), seconds = timed(lambda: transformer.fit_transform(graph, entities))
transformer.fit(transformer.get_walks(graph, entities), is_update=True)
assert np.asarray(transformer.transform(graph, entities)[0]).shape == (200, 64)
quality = neighbours_alike(np.asarray(vectors), [*map(community, range(200))])
report("pyrdf2vec", quality, seconds, "README: fit_transform, update, transform")
