"""scattertext's Word2Vec of a parsed corpus, alone and with Phrases."""

import numpy as np
import pandas as pd
from judging import neighbours_alike, report, timed
from scattertext import CorpusFromParsedDocuments, whitespace_nlp
from scattertext.representations.Word2VecFromParsedCorpus import (
    GensimPhraseAdder,
    Word2VecFromParsedCorpus,
    Word2VecFromParsedCorpusBigrams,
)

TOPICS, WORDS_IN_EACH = 4, 20
rng = np.random.default_rng(1)
topics = rng.integers(0, TOPICS, 300)
texts = []
for topic in topics:
    sentence = rng.integers(0, WORDS_IN_EACH, 25) + topic * WORDS_IN_EACH
    texts.append(" ".join(f"word{'abcdefghij'[n // 10]}{n % 10}" for n in sentence))
frame = pd.DataFrame({"category": topics.astype(str)})
frame["parsed"] = [whitespace_nlp(text) for text in texts]
corpus = CorpusFromParsedDocuments(frame, "category", "parsed").build()

learner = Word2VecFromParsedCorpus(corpus)
model, seconds = timed(lambda: learner.train(epochs=5, super_epochs=2))
assert GensimPhraseAdder(max_tokens_per_phrase=2).add_phrases(corpus).phrases
assert len(Word2VecFromParsedCorpusBigrams(corpus).train(1, 1).wv)
names = [name for name in model.wv.index_to_key if name.startswith("word")]
numbers = ["abcdefghij".index(name[4]) * 10 + int(name[5]) for name in names]
quality = neighbours_alike(model.wv[names], [n // WORDS_IN_EACH for n in numbers])
report("scattertext", quality, seconds, "hs=1 skip-gram in two rounds; Phrases")
