"""How strongly words belong together: the scores of phrases."""

import inspect
import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from fastw2v.checks import check_number
from fastw2v.corpus.phrase_counts import Candidates, PhraseCounts
from fastw2v.errors import ConfigError

Scorer = Callable[..., float]
Scores = npt.NDArray[np.float64]

PARAMETERS = (
    "worda_count",
    "wordb_count",
    "bigram_count",
    "len_vocab",
    "min_count",
    "corpus_word_count",
)
_MARGIN = 1e-9  # relative; far more than two ways of rounding differ by


def original_scorer(
    worda_count: int,
    wordb_count: int,
    bigram_count: int,
    len_vocab: int,
    min_count: float,
    corpus_word_count: int,
) -> float:
    """Return word2phrase's score with the size of the vocabulary for the text's.

    (ab - min_count) / (a b) V, with V `len_vocab` (Mikolov et al. 2013b, section 4, and
    gensim); minus infinity if a word never occurs.

    Parameters
    ----------
    worda_count, wordb_count, bigram_count : int
        Occurrences of the first word, of the last word and of the phrase.
    len_vocab : int
        Distinct words and candidates.
    min_count : float
        Taken off the phrase's count.
    corpus_word_count : int
        Words in the text; unused.
    """
    del corpus_word_count
    both = worda_count * wordb_count
    if both == 0:
        return -math.inf
    return (bigram_count - min_count) / float(both) * len_vocab


def npmi_scorer(
    worda_count: int,
    wordb_count: int,
    bigram_count: int,
    len_vocab: int,
    min_count: float,
    corpus_word_count: int,
) -> float:
    """Return the normalized pointwise mutual information, from -1 to 1.

    ln(p(ab) / (p(a) p(b))) / -ln p(ab) (Bouma 2009, section 3); minus infinity if the
    phrase occurs fewer than `min_count` times, or a word never. Parameters as for
    `original_scorer`.
    """
    del len_vocab
    if bigram_count < min_count or 0 in {worda_count, wordb_count, bigram_count}:
        return -math.inf
    total = float(corpus_word_count)
    pa, pb, pab = worda_count / total, wordb_count / total, bigram_count / total
    if pab == 1.0:  # nothing else in the text
        return 1.0
    return math.log(pab / (pa * pb)) / -math.log(pab)


def check_scorer(scoring: object) -> Scorer:
    """Return the scorer by its name, or the callable given.

    Raises
    ------
    ConfigError
        The name is unknown, or the callable does not take the six parameters.
    """
    if isinstance(scoring, str):
        if scoring not in NAMED:
            raise ConfigError(
                f"scoring is {scoring!r}; choose from {', '.join(map(repr, NAMED))}, "
                "or pass a callable"
            )
        return NAMED[scoring]
    if not callable(scoring):
        raise ConfigError(f"scoring is {scoring!r}; give a name or a callable")
    try:
        inspect.signature(scoring).bind(**dict.fromkeys(PARAMETERS))
    except TypeError as error:
        raise ConfigError(
            f"scoring {scoring!r} must take the parameters {', '.join(PARAMETERS)} by "
            f"name ({error})"
        ) from None
    return scoring


def check_threshold(threshold: float, scoring: Scorer) -> None:
    """Raise `ConfigError` if no score of a known scorer could be judged by it."""
    check_number("threshold", threshold)
    if scoring is original_scorer and not threshold > 0:
        raise ConfigError(
            f"threshold is {threshold}; with the default scoring it must be above 0"
        )
    if scoring is npmi_scorer and not -1 <= threshold <= 1:
        raise ConfigError(
            f"threshold is {threshold}; with scoring='npmi' it must be from -1 to 1"
        )


def likely(
    counts: PhraseCounts, scoring: Scorer, min_count: float, threshold: float
) -> npt.NDArray[np.int64]:
    """Return the candidates that may score above the threshold, in few operations.

    All that do are among them: of a scorer that is not known here, every candidate.
    """
    candidates = counts.candidates()
    if scoring not in _AT_ONCE:
        return np.arange(len(candidates.counts))
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = _AT_ONCE[scoring](candidates, counts, min_count)
    return np.flatnonzero(scores > threshold - abs(threshold) * _MARGIN - _MARGIN)


def _original_scores(
    candidates: Candidates, counts: PhraseCounts, min_count: float
) -> Scores:
    first, last, both = (array.astype(np.float64) for array in candidates)
    return (both - min_count) / (first * last) * counts.size


def _npmi_scores(
    candidates: Candidates, counts: PhraseCounts, min_count: float
) -> Scores:
    pa, pb, pab = (array / counts.total_words for array in candidates)
    scores = np.log(pab / (pa * pb)) / -np.log(pab)
    return np.where(
        candidates.counts < min_count, -np.inf, np.nan_to_num(scores, nan=1.0)
    )


NAMED: dict[str, Scorer] = {"default": original_scorer, "npmi": npmi_scorer}
_AT_ONCE = {original_scorer: _original_scores, npmi_scorer: _npmi_scores}
