"""A corpus too large for memory, read from files by an iterable class."""
# ruff: noqa: PTH103, PTH118, PTH123, PTH208, SIM115

import os

from gensim.models import Word2Vec
from gensim.utils import simple_preprocess

os.makedirs("corpus", exist_ok=True)
for number in range(3):
    with open(os.path.join("corpus", f"{number}.txt"), "w", encoding="utf8") as stream:
        stream.write("The quick brown Fox jumps over the lazy dog!\n" * 5)


class MySentences:
    def __init__(self, dirname):
        self.dirname = dirname

    def __iter__(self):
        for name in sorted(os.listdir(self.dirname)):
            for line in open(os.path.join(self.dirname, name), encoding="utf8"):
                yield simple_preprocess(line)


sentences = MySentences("corpus")
model = Word2Vec(sentences, min_count=2, vector_size=20)
result = [
    model.corpus_count,
    model.corpus_total_words,
    sorted(model.wv.index_to_key),
    model.wv.get_vecattr("the", "count"),
]
