import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fastw2v.corpus.packed_vocab import PackedVocab


@given(st.lists(st.text(max_size=5), unique=True))
def test_any_words_come_back(words):
    counts = np.arange(len(words), 0, -1)
    vocab = PackedVocab.of(words, counts).unpack()
    assert vocab.words == words
    assert vocab.counts.tolist() == counts.tolist()
