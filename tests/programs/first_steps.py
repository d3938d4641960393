"""The first model of a tutorial."""
# ruff: noqa: T201

from gensim.models import Word2Vec

sentences = [
    ["this", "is", "the", "first", "sentence", "for", "word2vec"],
    ["this", "is", "the", "second", "sentence"],
    ["yet", "another", "sentence"],
    ["one", "more", "sentence"],
    ["and", "the", "final", "sentence"],
]
model = Word2Vec(sentences, min_count=1)
print(model)
words = list(model.wv.key_to_index)
vector = model.wv["sentence"]
model.wv.save_word2vec_format("model.bin", binary=True)
model.save("model.model")
again = Word2Vec.load("model.model")
print(again.wv.most_similar("sentence", topn=3))
result = [str(model), sorted(words), vector.shape, str(again), again.wv.index_to_key[0]]
