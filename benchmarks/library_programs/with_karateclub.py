"""karateclub's walkers, which train Word2Vec with and without skip-gram and trees."""

import numpy as np
from judging import community, neighbours_alike, planted_graph, report, timed
from karateclub import DeepWalk, Diff2Vec, Node2Vec, Role2Vec, Walklets

graph = planted_graph()
labels = [community(node) for node in sorted(graph)]
qualities, total = [], 0.0
for walker in (DeepWalk(), Walklets(), Node2Vec(), Diff2Vec(diffusion_number=5)):
    _, seconds = timed(lambda walker=walker: walker.fit(graph))
    vectors = walker.get_embedding()
    assert len(vectors) == len(labels)
    assert np.isfinite(vectors).all()
    qualities.append(neighbours_alike(vectors, labels))
    total += seconds
role2vec = Role2Vec(epochs=1)  # Doc2Vec: stays gensim's
role2vec.fit(graph)
assert len(role2vec.get_embedding()) == len(labels)
done = (
    "fit, get_embedding of DeepWalk, Walklets, Node2Vec, Diff2Vec, Role2Vec (Doc2Vec)"
)
report("karateclub", float(np.mean(qualities)), total, done)
