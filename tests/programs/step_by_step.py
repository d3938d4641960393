"""build_vocab and train apart, with a phrase model in front."""
# ruff: noqa: T201

import multiprocessing
from time import time

from gensim.models import Word2Vec
from gensim.models.phrases import Phraser, Phrases

sent = [["new", "york", "is", "big"], ["in", "new", "york", "it", "rains"]] * 40
phrases = Phrases(sent, min_count=5, threshold=1)
bigram = Phraser(phrases)
sentences = bigram[sent]

cores = multiprocessing.cpu_count()
w2v_model = Word2Vec(
    min_count=20, window=2, vector_size=30, sample=6e-5, alpha=0.03, min_alpha=0.0007,
    negative=20, workers=max(1, cores - 1),
)  # fmt: skip
t = time()
w2v_model.build_vocab(sentences, progress_per=10000)
print(f"Time to build vocab: {round((time() - t) / 60, 2)} mins")
trained = w2v_model.train(
    sentences, total_examples=w2v_model.corpus_count, epochs=3, report_delay=1
)
result = [
    "new_york" in w2v_model.wv,
    w2v_model.corpus_count,
    sorted(w2v_model.wv.index_to_key),
    trained[1],
]
