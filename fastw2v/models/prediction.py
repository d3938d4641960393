"""What a trained model says of words in their context."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from fastw2v.checks import check_whole
from fastw2v.models.model_state import ModelState, logger
from fastw2v.vectors.given import as_keys


class Prediction(ModelState):
    """Nothing here changes the model."""

    def predict_output_word(
        self, context_words_list: Sequence[Any], topn: int = 10
    ) -> list[tuple[Any, float]] | None:
        """Return the most probable center words of a context.

        Softmax of the output vectors against the mean of the context's vectors, or
        their sum with ``cbow_mean=0``. Negative sampling does not train probabilities,
        so they order words rather than measure them.

        Parameters
        ----------
        context_words_list : sequence of words or row numbers
            Unknown ones are left out.
        topn : int

        Returns
        -------
        list of (word, float), or None
            None, and a warning in the log, if no word is known.

        Raises
        ------
        RuntimeError
            The model was not trained by negative sampling.
        """
        if not self.negative or getattr(self, "syn1neg", None) is None:
            raise RuntimeError(
                f"negative={self.negative}: only a model trained by negative sampling,"
                " with negative above 0, has the output vectors to predict from"
            )
        check_whole("topn", topn)
        context_words_list = as_keys("context_words_list", context_words_list)
        rows = [self.wv.get_index(w) for w in context_words_list if w in self.wv]
        if not rows:
            logger.warning("no word of the context %r is known", context_words_list)
            return None
        hidden = _hidden(self.wv.vectors, rows, bool(self.cbow_mean))
        scores = self.syn1neg.astype(np.float64) @ hidden
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        best = np.argsort(-shares, kind="stable")[: max(0, topn)]
        return [(self.wv.index_to_key[i], float(shares[i])) for i in best]

    def score(
        self,
        sentences: Iterable[Iterable[Any]],
        total_sentences: int = 1_000_000,
        chunksize: int = 100,  # noqa: ARG002  # nothing is queued
        queue_factor: int = 2,  # noqa: ARG002
        report_delay: float = 1,  # noqa: ARG002
    ) -> npt.NDArray[np.float32]:
        """Return the log-probability of each sentence (Taddy 2015).

        The sum over its words of the log-probability that hierarchical softmax gives
        them: in skip-gram for each word of the whole window, in CBOW for all of them
        together, or for none. Unknown words are left out, none is thinned.

        Parameters
        ----------
        sentences : iterable of token lists
        total_sentences : int
            At most so many are scored, and a warning logged if there are more.
        chunksize, queue_factor, report_delay
            Without effect.

        Returns
        -------
        float32 array, shape (number of sentences,)

        Raises
        ------
        RuntimeError
            The model has no words, or was not trained by hierarchical softmax.
        """
        if not len(self.wv):
            raise RuntimeError("the model has no words: call build_vocab first")
        if not self.hs:
            raise RuntimeError(
                "hs=0: only hierarchical softmax gives sentences a probability, so train"
                " with hs=1 and negative=0"
            )
        scores: list[float] = []
        for sentence in sentences:
            if len(scores) == total_sentences:
                logger.warning(
                    "there are more sentences than total_sentences=%d: the others are"
                    " not scored",
                    total_sentences,
                )
                break
            scores.append(self._score(sentence))
        return np.array(scores, dtype=np.float32)

    def _score(self, sentence: Iterable[Any]) -> float:
        known = self.wv.key_to_index
        rows = [known[word] for word in sentence if word in known]
        codes, points = self.wv.expandos["code"], self.wv.expandos["point"]
        total = 0.0
        for at, center in enumerate(rows):
            first = max(0, at - self.window)
            context = rows[first:at] + rows[at + 1 : at + 1 + self.window]
            if self.sg:
                hidden = self.wv.vectors[context].T.astype(np.float64)
            else:
                mean = bool(self.cbow_mean)
                hidden = _hidden(self.wv.vectors, context, mean)[:, None]
            nodes = self.syn1[points[center]].astype(np.float64)
            # Code 0 is the label 1 (Mikolov et al. 2013b, section 2.1).
            signs = 1.0 - 2.0 * codes[center].astype(np.float64)
            total -= float(np.logaddexp(0.0, -signs[:, None] * (nodes @ hidden)).sum())
        return total


def _hidden(
    vectors: npt.NDArray[Any], rows: list[int], mean: bool
) -> npt.NDArray[np.float64]:
    """Return the mean or sum of rows."""
    total: npt.NDArray[np.float64] = vectors[rows].sum(axis=0, dtype=np.float64)
    return total / max(1, len(rows)) if mean else total
