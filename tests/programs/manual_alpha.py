"""One epoch at a time with a shuffle between, and alpha set by hand."""
# ruff: noqa: T201

import random

from gensim.models import Word2Vec

random.seed(0)
docs = [["a", "b", "c", "d"], ["b", "c", "e"], ["a", "e", "d"]] * 10
model = Word2Vec(vector_size=8, alpha=0.025, min_alpha=0.025, min_count=1)
model.build_vocab(docs)
for epoch in range(5):
    print("iteration", epoch)
    random.shuffle(docs)
    model.train(docs, total_examples=model.corpus_count, epochs=1)
    model.alpha -= 0.002
    model.min_alpha = model.alpha
result = [round(model.alpha, 6), model.train_count, model.epochs, len(model.wv)]
