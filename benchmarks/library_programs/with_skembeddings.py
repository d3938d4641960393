"""scikit-embeddings: its Word2Vec as a scikit-learn transformer, and to bytes."""

import numpy as np
from judging import neighbours_alike, report, timed
from skembeddings.models.word2vec import Word2VecEmbedding

TOPICS, WORDS_IN_EACH = 4, 30
rng = np.random.default_rng(1)
topics = rng.integers(0, TOPICS, 1000)
texts = [
    [f"w{n}" for n in rng.integers(0, WORDS_IN_EACH, 20) + topic * WORDS_IN_EACH]
    for topic in topics
]
embedding = Word2VecEmbedding(
    n_components=50, algorithm="sg", epochs=5, agg="both", sample=0
)
_, seconds = timed(lambda: embedding.fit(texts))
vectors = embedding.transform(texts)
copy = Word2VecEmbedding(agg="both", n_components=50).from_bytes(embedding.to_bytes())
assert (copy.transform(texts) == vectors).all()
assert embedding.keyed_vectors.most_similar("w0")
quality = neighbours_alike(vectors, topics)
report("scikit-embeddings", quality, seconds, "fit, transform, to_bytes, from_bytes")
