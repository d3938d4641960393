"""From the attributes of gensim's objects, in the layouts of its versions, to records.

============ ========================= ============================ =================
gensim       words, counts             vectors                      output vectors
============ ========================= ============================ =================
4            wv.index_to_key,          wv.vectors; of FastText made syn1neg, syn1
             wv.expandos               of vectors_vocab and _ngrams
3.3 to 3.8   wv.index2word, wv.vocab   wv.vectors                   trainables.syn1neg
1.0 to 3.2   wv.index2word, wv.vocab   wv.syn0                      syn1neg
before       index2word, vocab         syn0                         syn1neg
============ ========================= ============================ =================
"""

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.formats.fasttext_ngrams import Subwords, add_subwords
from fastw2v.vectors.formats.gensim_arrays import Attributes
from fastw2v.vectors.formats.gensim_globals import ArrayStandIn, RandomStandIn, Record
from fastw2v.vectors.formats.gensim_records import (
    Array,
    GensimModel,
    GensimVectors,
    RandomState,
)
from fastw2v.vectors.formats.stand_ins import as_key, as_text
from fastw2v.vectors.formats.tensors import Damaged

RENAMED = {"size": "vector_size", "iter": "epochs"}
WORD_NUMBERS: dict[str, type[np.integer]] = {"count": np.int64, "sample_int": np.uint32}
WORD_PATHS = ("code", "point")

# Attributes with a place of their own, or that training makes anew.
PLACED = {
    "wv", "vocab", "index2word", "syn0", "syn0norm", "syn0_lockf", "syn1", "syn1neg",
    "vocabulary", "trainables", "raw_vocab", "random", "lifecycle_events", "cum_table",
    "load", "hashfxn", "callbacks", "table", "vectors_lockf",
}  # fmt: skip
MAX_DEPTH = 20
MAX_PARTS = 1_000_000

# What n-grams are made of; more than any language needs, less than memory.
MAX_NGRAM = 64
MAX_NGRAM_WORD = 10_000

PLAIN = (str, bytes, int, float, bool, type(None))


def as_gensim(top: Attributes) -> GensimVectors | GensimModel:
    """Tell what the file holds and read it.

    Raises
    ------
    Damaged
        Something is missing, or not what it should be.
    """
    class_name = top.record.class_name
    short = class_name.rpartition(".")[2]
    if short == "Word2Vec":
        return _model(top, class_name)
    if short == "FastText":
        wv = top.child("wv")
        if wv is None:
            raise Damaged("a model without vectors")
        return _vectors(wv, top.child("trainables"))
    if short.endswith("KeyedVectors"):
        return _vectors(top, None)
    raise Damaged(f"a {class_name} alone")


def _model(top: Attributes, class_name: str) -> GensimModel:
    trainables = top.child("trainables")
    outputs = trainables or top
    wv = top.child("wv") or top
    vectors = _vectors(wv, outputs)
    parts = [top.child("vocabulary"), trainables, top]
    parameters = {
        RENAMED.get(name, name): as_text(value) if isinstance(value, bytes) else value
        for part in parts
        if part is not None
        for name, value in part.record.state.items()
        if name not in PLACED and not name.startswith("__") and _is_plain(value)
    }
    model = GensimModel(
        vectors,
        parameters | {"vector_size": vectors.vectors.shape[1]},
        outputs.array(2, "syn1neg"),
        outputs.array(2, "syn1"),
        _raw_vocab(parts),
        _random_state(top.get("random", RandomStandIn)),
        _events(top),
        class_name,
    )
    for name in ("syn1neg", "syn1"):
        weights = getattr(model, name)
        # gensim grows syn1 with the vocabulary, and sizes it as syn1neg.
        if weights is not None and weights.shape != vectors.vectors.shape:
            raise Damaged(
                f"{name} of shape {weights.shape} for {len(vectors.words)} words"
            )
    return model


def _vectors(wv: Attributes, outputs: Attributes | None) -> GensimVectors:
    words = wv.get("index_to_key", list) or wv.get("index2word", list) or []
    keys = [word if type(word) is str else as_key(word) for word in words]
    if len(set(keys)) != len(keys):
        raise Damaged("a word that comes twice")
    vectors = wv.array(2, "vectors", "syn0")
    if vectors is None:
        vectors = _with_subwords(wv, keys)
    if len(vectors) != len(keys) or not vectors.shape[1]:
        raise Damaged(f"vectors of shape {vectors.shape} for {len(keys)} words")
    lockf = wv.array(1, "vectors_lockf")
    if lockf is None and outputs is not None:
        lockf = outputs.array(1, "vectors_lockf", "syn0_lockf")
    if lockf is not None and len(lockf) not in {1, len(keys)}:
        raise Damaged(f"{len(lockf)} factors for {len(keys)} words")
    vocab = wv.get("vocab", dict)
    if vocab:
        expandos = _expandos_of_vocab(vocab, keys)
    else:
        expandos = _expandos(wv.get("expandos", dict) or {}, len(keys))
    return GensimVectors(
        keys, vectors, expandos, lockf, _events(wv), wv.record.class_name
    )


def _with_subwords(wv: Attributes, words: list[str | int]) -> npt.NDArray[np.floating]:
    """Make the vectors of gensim 4's FastText, which it does not store."""
    own, ngrams = wv.array(2, "vectors_vocab"), wv.array(2, "vectors_ngrams")
    if own is None or ngrams is None:
        raise Damaged("an object without vectors")
    if own.shape != (len(words), ngrams.shape[1]):
        raise Damaged(f"vectors of shape {own.shape} for {len(words)} words")
    if wv.get("compatible_hash", bool) is False:
        raise Damaged(
            "FastText vectors of an old gensim: there, load them and use "
            "save_word2vec_format"
        )
    shortest, longest = wv.get("min_n", int), wv.get("max_n", int)
    if shortest is None or longest is None or shortest < 1 or longest > MAX_NGRAM:
        raise Damaged(f"n-grams of {shortest} to {longest} characters")
    texts = list(map(str, words))
    if max(map(len, texts), default=0) > MAX_NGRAM_WORD:
        raise Damaged(f"a word of more than {MAX_NGRAM_WORD} characters")
    return add_subwords(texts, own, Subwords(ngrams, shortest, longest))


def _expandos(stored: dict[str, object], rows: int) -> dict[str, Array | list[object]]:
    """Read what gensim 4 knows of each word."""
    found = {}
    for name, value in stored.items():
        content = value.value if type(value) is ArrayStandIn else None
        if isinstance(content, list):
            content = [_element(element) for element in content]
            found_rows = len(content)
        else:
            found_rows = (
                content.shape[0] if content is not None and content.ndim else -1
            )
        if content is None or found_rows != rows:
            raise Damaged(f"{name!r} is not given for each of {rows} words")
        found[name] = content
    return found


def _element(value: object) -> object:
    """Return an element of an array of objects."""
    if type(value) is ArrayStandIn and isinstance(value.value, np.ndarray):
        return value.value
    if not _is_plain(value):
        raise Damaged(f"an array that holds a {type(value).__name__}")
    return value


def _expandos_of_vocab(
    vocab: dict[str | int, object], words: list[str | int]
) -> dict[str, Array | list[object]]:
    """Read what gensim before 4 knows of each word: an object with attributes each."""
    entries = [vocab.get(word) for word in words]
    states = [entry.state for entry in entries if type(entry) is Record]
    if len(states) != len(words):
        raise Damaged("a word without an entry in vocab")
    found: dict[str, Array | list[object]] = {}
    for name, dtype in WORD_NUMBERS.items():
        # A word that is always kept has 2**32, which gensim 4 writes as one less.
        limit = int(np.iinfo(dtype).max)
        numbers = [
            min(number, limit)
            for state in states
            if type(number := state.get(name)) is int and number >= 0
        ]
        if len(numbers) == len(states):
            found[name] = np.array(numbers, dtype)
    for name in WORD_PATHS:
        if states and all(name in state for state in states):
            found[name] = [_element(state[name]) for state in states]
    return found


def _raw_vocab(parts: list[Attributes | None]) -> dict[str | int, int]:
    for part in parts:
        counts = part.get("raw_vocab", dict) if part is not None else None
        if counts:
            if any(type(count) is not int for count in counts.values()):
                raise Damaged("a count that is no number")
            return counts
    return {}


def _random_state(stored: RandomStandIn | None) -> RandomState | None:
    """Read the state in the two forms that NumPy has written since 1.0."""
    if stored is None:
        return None
    try:
        if isinstance(stored.state, dict):
            inner = stored.state["state"]
            name, position = stored.state["bit_generator"], inner["pos"]
            key = inner["key"]
            has_gauss, gauss = stored.state["has_gauss"], stored.state["gauss"]
        else:
            name, key, position, has_gauss, gauss = stored.state  # type: ignore[misc]
        values = key.value
        fits = values.dtype.kind == "u" and values.shape == (624,)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Damaged("a random generator without a state") from error
    # NumPy believes the position, and would read beyond the key.
    fits &= type(position) is int and 0 <= position <= 624
    fits &= type(has_gauss) is int and type(gauss) is float
    if name not in ("MT19937", b"MT19937") or not fits:
        raise Damaged("a random generator that is no MT19937")
    return ("MT19937", values.astype(np.uint32), position, has_gauss, gauss)


def _events(owner: Attributes) -> list[dict[str, object]] | None:
    events = owner.get("lifecycle_events", list)
    if events is not None and not all(
        type(event) is dict and _is_plain(event) for event in events
    ):
        raise Damaged("lifecycle_events that hold more than text and numbers")
    return events


def _is_plain(value: object) -> bool:
    """Tell whether there are only text, numbers and collections in it.

    They may not lie too deep, nor be too many, counted again wherever they come again:
    a short file could hold what no program can print or copy.
    """
    waiting, parts = [(value, 0)], 0
    while waiting:
        part, depth = waiting.pop()
        if isinstance(part, PLAIN):
            continue
        if isinstance(part, dict):
            inner = [*part, *part.values()]
        elif isinstance(part, list | tuple | frozenset | set):
            inner = list(part)
        else:
            return False
        parts += len(inner)
        if depth > MAX_DEPTH or parts > MAX_PARTS:
            return False
        waiting += [(element, depth + 1) for element in inner]
    return True
