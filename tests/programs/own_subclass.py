"""A subclass with a method of its own, trained on a file."""
# ruff: noqa: PTH123

import logging

import gensim
from gensim.models.word2vec import LineSentence

logging.basicConfig(format="%(asctime)s : %(message)s", level=logging.WARNING)
with open("corpus.txt", "w", encoding="utf8") as stream:
    stream.write("der hund bellt\ndie katze miaut\nder hund und die katze\n" * 8)


class Animals(gensim.models.Word2Vec):
    def pair(self, a, b):
        return float(self.wv.similarity(a, b))


by_lines = Animals(LineSentence("corpus.txt"), vector_size=10, min_count=1, workers=2)
by_file = Animals(corpus_file="corpus.txt", vector_size=10, min_count=1, workers=2)
result = [
    -1 <= by_lines.pair("hund", "katze") <= 1,
    str(by_lines),
    str(by_file),
    by_file.corpus_total_words,
    sorted(by_file.wv.key_to_index),
    [by_file.wv.get_vecattr(w, "count") for w in ("der", "hund", "bellt")],
]
