"""The files of `Phrases` and `FrozenPhrases`: safetensors, so no code in them.

=========== ======= ====== ======================================================
tensor      dtype   shape  meaning
=========== ======= ====== ======================================================
word_bytes  uint8   (B,)   words, or phrases if frozen, in UTF-8, one after another
word_ends   int64   (V,)   where each ends in ``word_bytes``
scores      float64 (V,)   of each phrase; frozen only
word_counts int64   (V,)   of each word, by its number; not frozen, like the rest
pair_keys   int64   (P,)   the bits of `bigrams.Run.keys`
pair_counts int64   (P,)   of each pair
starts      int64   (S,)   the bits of `BigramCounter.starts`
=========== ======= ====== ======================================================

The header's metadata has one entry, ``fastw2v.phrases``: JSON with the ``version`` of
this layout, the ``kind`` of object and its parameters. A scorer that is not fastw2v's
own is written by its import path, to be told to the reader, and never imported.
"""

import json
import os
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from fastw2v.corpus.bigram_state import Counted
from fastw2v.corpus.bigrams import BigramCounter
from fastw2v.errors import ConfigError, FormatError
from fastw2v.models.phrase_scores import NAMED, Scorer, check_scorer
from fastw2v.vectors.formats.streams import writing
from fastw2v.vectors.formats.tensor_pieces import tensor_pieces
from fastw2v.vectors.formats.tensors import Damaged, TensorFile

FORMAT_NAME = "fastw2v.phrases"
FORMAT_VERSION = 1
COUNTED, FROZEN = "Phrases", "FrozenPhrases"
_UTF8_ERRORS = "surrogatepass"
_KINDS = {
    "threshold": (int, float),
    "min_count": (int, float),
    "delimiter": str,
    "connector_words": list,
    "scoring": str,
}
_COUNTED_KINDS = _KINDS | dict.fromkeys(
    ("max_vocab_size", "progress_per", "total_words", "sentences", "min_reduce"), int
)

StrPath = str | os.PathLike[str]
Arrays = dict[str, npt.NDArray[Any]]


def write_frozen(path: StrPath, state: dict[str, Any]) -> None:
    """Write a `FrozenPhrases` by its attributes, whole or not at all."""
    phrasegrams = state["phrasegrams"]
    arrays = _packed(phrasegrams) | {"scores": np.array([*phrasegrams.values()], float)}
    _write(path, FROZEN, _parameters(state, _KINDS), arrays)


def read_frozen(path: StrPath, scoring: Scorer | None) -> dict[str, Any]:
    """Return the attributes of a `FrozenPhrases`.

    Raises
    ------
    FormatError
        The file is of another kind, or damaged.
    ConfigError
        It names a scorer that is not fastw2v's own, and none is given.
    """
    file, parameters = _read(path, FROZEN, _KINDS)
    try:
        scores = file.array("scores", ["float64"], 1)
        words = _unpacked(file)
        file.require(len(words) == len(scores), "phrases and scores differ in number")
    except Damaged as error:
        raise _damaged(path, FROZEN, error) from error
    phrasegrams = dict(zip(words, scores.tolist(), strict=True))
    return _revived(path, parameters, scoring) | {"phrasegrams": phrasegrams}


def write_phrases(path: StrPath, state: dict[str, Any]) -> None:
    """Write a `Phrases` by its attributes, whole or not at all."""
    counted = state["_counter"].state()
    parameters = _parameters(state | counted._asdict(), _COUNTED_KINDS)
    arrays = _packed(counted.words) | {
        "word_counts": counted.word_counts,
        "pair_keys": counted.pair_keys.view(np.int64),
        "pair_counts": counted.pair_counts,
        "starts": counted.starts.view(np.int64),
    }
    _write(path, COUNTED, parameters, arrays)


def read_phrases(path: StrPath, scoring: Scorer | None) -> dict[str, Any]:
    """Return the attributes of a `Phrases`; raises as `read_frozen` does."""
    file, parameters = _read(path, COUNTED, _COUNTED_KINDS)
    totals = {n: parameters.pop(n) for n in ("total_words", "sentences", "min_reduce")}
    names = ("word_counts", "pair_keys", "pair_counts", "starts")
    try:
        counts, keys, pair_counts, starts = (
            file.array(name, ["int64"], 1).copy() for name in names
        )
        counted = Counted(
            words=_unpacked(file),
            word_counts=counts,
            pair_keys=keys.view(np.uint64),
            pair_counts=pair_counts,
            starts=starts.view(np.uint64),
            **totals,
        )
        connectors = frozenset(parameters["connector_words"])
        counter = BigramCounter(connectors, parameters["max_vocab_size"])
        counter.restore(counted)
    except (Damaged, ValueError) as error:
        raise _damaged(path, COUNTED, error) from error
    state = _revived(path, parameters, scoring)
    return state | {"_counter": counter, "_counts": None, "_joiner": None}


def _write(
    path: StrPath, kind: str, parameters: dict[str, Any], arrays: Arrays
) -> None:
    about = {"version": FORMAT_VERSION, "kind": kind, "parameters": parameters}
    with writing(path) as stream:
        stream.writelines(tensor_pieces(arrays, {FORMAT_NAME: json.dumps(about)}))


def _read(
    path: StrPath, kind: str, kinds: dict[str, Any]
) -> tuple[TensorFile, dict[str, Any]]:
    """Open a file of this kind; return it with its parameters, their types checked."""
    try:
        file = TensorFile(path)
        file.require(FORMAT_NAME in file.metadata, f"no {FORMAT_NAME!r} in its header")
        about = json.loads(file.metadata[FORMAT_NAME])
        version, found, parameters = (
            about[key] for key in ("version", "kind", "parameters")
        )
        file.require(
            version == FORMAT_VERSION,
            f"version {version!r} is not {FORMAT_VERSION}, a newer fastw2v may read it",
        )
        file.require(found == kind, f"it holds {found!r}: use {found}.load")
        file.require(
            parameters.keys() == kinds.keys()
            and all(isinstance(parameters[name], kinds[name]) for name in kinds)
            and all(isinstance(word, str) for word in parameters["connector_words"]),
            "bad parameters",
        )
    except (Damaged, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(path, kind, error) from error
    return file, parameters


def _damaged(path: StrPath, kind: str, error: Exception) -> FormatError:
    return FormatError(
        f"{path} is no file of fastw2v {kind} ({error}): write it again with "
        f"{kind}.save; gensim's own files are pickles, count the text again instead"
    )


def _parameters(state: dict[str, Any], kinds: dict[str, Any]) -> dict[str, Any]:
    scoring = state["scoring"]
    own = {scorer: name for name, scorer in NAMED.items()}
    path = f"{scoring.__module__}.{getattr(scoring, '__qualname__', type(scoring))}"
    written: dict[str, Any] = {
        "scoring": own.get(scoring, path),
        "connector_words": sorted(state["connector_words"]),
    }
    for name in kinds.keys() - written.keys():
        value = state[name]
        written[name] = value.item() if isinstance(value, np.generic) else value
    return written


def _revived(
    path: StrPath, parameters: dict[str, Any], scoring: Scorer | None
) -> dict[str, Any]:
    name = parameters["scoring"]
    if scoring is None and name not in NAMED:
        raise ConfigError(
            f"{path} was scored by {name!r}, which is not imported for you: pass it, "
            "load(path, scoring=...)"
        )
    connectors = frozenset(parameters["connector_words"])
    scorer = check_scorer(name if scoring is None else scoring)
    return parameters | {"scoring": scorer, "connector_words": connectors}


def _packed(words: Iterable[str]) -> Arrays:
    encoded = [word.encode("utf-8", _UTF8_ERRORS) for word in words]
    return {
        "word_bytes": np.frombuffer(b"".join(encoded), dtype=np.uint8),
        "word_ends": np.cumsum([len(word) for word in encoded], dtype=np.int64),
    }


def _unpacked(file: TensorFile) -> list[str]:
    data = file.array("word_bytes", ["uint8"], 1).tobytes()
    ends = file.array("word_ends", ["int64"], 1)
    edges = [0, *ends.tolist()]
    file.require(edges == sorted(edges) and edges[-1] == len(data), "bad word ends")
    try:
        words = [data[a:b].decode("utf-8", _UTF8_ERRORS) for a, b in pairwise(edges)]
    except UnicodeDecodeError as error:
        raise Damaged("a word is not UTF-8") from error
    file.require(len(set(words)) == len(words), "a word comes twice")
    return words
