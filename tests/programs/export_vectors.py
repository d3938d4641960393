"""Vectors without the model: KeyedVectors, text format, arrays, a projector's TSV."""
# ruff: noqa: PTH123, SIM115

import numpy as np
from gensim.models import KeyedVectors, Word2Vec

sentences = [["red", "green", "blue"], ["one", "two", "three", "red"]] * 10
model = Word2Vec(sentences, vector_size=12, min_count=1)
word_vectors = model.wv
word_vectors.save("word2vec.wordvectors")
del model
wv = KeyedVectors.load("word2vec.wordvectors", mmap="r")
wv.save_word2vec_format("vectors.txt", binary=False)
again = KeyedVectors.load_word2vec_format("vectors.txt", binary=False)
embeddings = np.zeros((len(again) + 1, again.vector_size))
for word, row in again.key_to_index.items():
    embeddings[row + 1] = again[word]
with open("metadata.tsv", "w") as stream:
    stream.write("\n".join(again.index_to_key))
result = [
    embeddings.shape,
    sorted(again.index_to_key),
    np.array_equal(again["red"], wv["red"]),
    open("vectors.txt").readline(),
    wv.doesnt_match(["red"]),
]
