"""Choosing a model's words among those counted."""

from collections import defaultdict

import numpy as np
import numpy.typing as npt

from fastw2v.models.model_state import logger
from fastw2v.models.model_weights import ModelWeights
from fastw2v.models.raw_text import Word
from fastw2v.models.vocabulary_rules import (
    Chosen,
    TrimRule,
    as_sample_int,
    choose_words,
    keep_shares,
    least_count,
)

NULL_WORD = "\0"


class VocabularyChoice(ModelWeights):
    """`raw_vocab` holds the counts; the words chosen go to `wv`."""

    def prepare_vocab(
        self,
        update: bool = False,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
        min_count: int | None = None,
        sample: float | None = None,
        dry_run: bool = False,
    ) -> dict[str, int]:
        """Choose the words of `raw_vocab`, by count or rule, and note their counts.

        Parameters
        ----------
        update : bool
            Add to the words there are.
        keep_raw_vocab : bool
        trim_rule : callable, optional
        min_count, sample : optional
            In place of the model's, which they become; 0 is as if not given.
        dry_run : bool
            Change nothing, only report.

        Returns
        -------
        dict
            ``drop_unique`` words dropped, ``retain_total`` occurrences of the others,
            ``downsample_unique`` of them that are thinned, ``downsample_total``
            occurrences expected after that, ``num_retained_words``.
        """
        min_count, sample = min_count or self.min_count, sample or self.sample
        least = min_count
        if self.max_final_vocab is not None and not update:
            least = max(min_count, least_count(self.raw_vocab, self.max_final_vocab))
        chosen = choose_words(self.raw_vocab, least, trim_rule)
        logger.info(
            "words that occur %d times or as the trim rule wants: %d of %d, %d of %d words"
            " of the text",
            least,
            len(chosen.words),
            len(self.raw_vocab),
            chosen.counts.sum(),
            sum(self.raw_vocab.values()),
        )
        shares = keep_shares(chosen.counts, sample)
        report = {
            "drop_unique": len(self.raw_vocab) - len(chosen.words),
            "retain_total": int(chosen.counts.sum()),
            "downsample_unique": int((shares < 1).sum()),
            "downsample_total": int((shares * chosen.counts).sum()),
            "num_retained_words": len(chosen.words),
        }
        if dry_run:
            return report
        self.min_count, self.sample, self.effective_min_count = min_count, sample, least
        if update:
            self._add_words(chosen)
        else:
            self._set_words(chosen)
        if not keep_raw_vocab:
            self.raw_vocab = defaultdict(int)
        self._count_words()
        self.add_lifecycle_event("prepare_vocab", **report)
        return report

    def _set_words(self, chosen: Chosen) -> None:
        """Begin anew with these words."""
        words, counts = list(chosen.words), chosen.counts
        if self.sorted_vocab:
            # Of equal counts the later word first, as gensim has it.
            order = np.argsort(counts, kind="stable")[::-1]
            words, counts = [words[i] for i in order], counts[order]
        if self.null_word and NULL_WORD not in words:
            words, counts = [*words, NULL_WORD], np.append(counts, 1)
        self._set_rows(words, counts)

    def _add_words(self, chosen: Chosen) -> None:
        """Count known words higher and put new ones behind them."""
        rows = self.wv.key_to_index
        counts = self._counts().copy()
        for word, n in self.raw_vocab.items():
            row = rows.get(word)
            if row is not None:
                counts[row] += n
        new = [i for i, word in enumerate(chosen.words) if word not in rows]
        words = [*self.wv.index_to_key, *(chosen.words[i] for i in new)]
        logger.info("%d new words behind the %d there were", len(new), len(counts))
        self._set_rows(words, np.concatenate([counts, chosen.counts[new]]))

    def _set_rows(self, words: list[Word], counts: npt.NDArray[np.int64]) -> None:
        self.wv.index_to_key = words
        self.wv.next_index = len(words)
        self.wv.expandos = {"count": counts.astype(np.int64)}

    def _count_words(self) -> None:
        """Work out what follows from the counts."""
        counts = self._counts()
        self.wv.expandos["sample_int"] = as_sample_int(keep_shares(counts, self.sample))
        if self.hs:
            self.create_binary_tree()
        if self.negative:
            self.make_cum_table()

    def add_null_word(self) -> None:
        r"""Add the word ``"\0"`` with count 1, if it is not there, without a vector."""
        if NULL_WORD in self.wv.key_to_index:
            return
        words = [*self.wv.index_to_key, NULL_WORD]
        self._set_rows(words, np.append(self._counts(), 1))
        self._count_words()
