"""Random walks over a graph, as sentences of node names."""

import random

from gensim.models import Word2Vec

random.seed(4)
edges = [(a, b) for g in (range(6), range(6, 12)) for a in g for b in g if a != b]
edges += [(0, 6), (6, 0)]
neighbours = {}
for a, b in edges:
    neighbours.setdefault(a, []).append(b)


def walk(start, length=10):
    path = [start]
    while len(path) < length:
        path.append(random.choice(neighbours[path[-1]]))
    return [str(node) for node in path]


walks = [walk(node) for node in neighbours for _ in range(15)]
random.shuffle(walks)
model = Word2Vec(
    walks, vector_size=16, window=4, min_count=0, sg=1, workers=1, epochs=2, alpha=0.2,
    sample=0, negative=5, seed=1,
)  # fmt: skip
near = [int(node) for node, _ in model.wv.most_similar("3", topn=4)]
matrix = model.wv[[str(node) for node in range(12)]]
result = [all(node < 6 for node in near), matrix.shape, len(model.wv)]
