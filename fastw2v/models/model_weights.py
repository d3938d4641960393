"""The matrices of a model, and the tables that go with its words."""

import warnings

import numpy as np
import numpy.typing as npt

from fastw2v.checks import check_whole
from fastw2v.models.model_state import ModelState, logger
from fastw2v.models.padded_rows import grown, uniform_rows, zero_rows
from fastw2v.models.vocabulary_rules import cumulative_noise
from fastw2v.training.huffman import huffman_tree

BYTES_PER_WORD = 500
"""gensim's guess of what a word takes beside its vectors."""
BYTES_PER_WORD_IN_A_TREE = 700


class ModelWeights(ModelState):
    """Rows are made and grown here, and trained in place elsewhere."""

    def prepare_weights(self, update: bool = False) -> None:
        """Call `init_weights`, or `update_weights` to keep what there is."""
        if update:
            self.update_weights()
        else:
            self.init_weights()

    def init_weights(self) -> None:
        """Draw new vectors for all words, and set the output rows to zero.

        The vectors are uniform from -1/D to 1/D, by `seed`.
        """
        rows = len(self.wv)
        logger.info("new weights for %d words of %d numbers", rows, self.vector_size)
        self.wv.vectors = uniform_rows(rows, self.vector_size, self.seed)
        self.wv.vectors_lockf = np.ones(1, dtype=np.float32)
        if self.hs:
            self.syn1 = zero_rows(rows, self.vector_size)
        if self.negative:
            self.syn1neg = zero_rows(rows, self.vector_size)

    def update_weights(self) -> None:
        """Add rows for the words that have none; the others stay as they are.

        Raises
        ------
        RuntimeError
            There are no rows yet.
        """
        rows, before = len(self.wv), len(self.wv.vectors)
        if not before:
            raise RuntimeError(
                "there are no vectors to add to: call build_vocab without update first"
            )
        logger.info("weights for %d words instead of %d", rows, before)
        drawn = uniform_rows(rows, self.vector_size, self.seed)
        self.wv.vectors = grown(self.wv.vectors, rows, drawn)
        locks = self.wv.vectors_lockf
        if 1 < len(locks) == before:
            self.wv.vectors_lockf = np.append(
                locks, np.ones(rows - before, dtype=np.float32)
            )
        if self.hs:
            self.syn1 = grown(self.syn1, rows)
        if self.negative:
            self.syn1neg = grown(self.syn1neg, rows)

    def reset_from(self, other_model: "ModelWeights") -> None:
        """Take over the vocabulary of another model, with new weights.

        Words, counts and tables are shared with it, not copied.
        """
        mine, theirs = self.wv, other_model.wv
        mine.index_to_key = theirs.index_to_key
        mine.next_index = len(theirs)
        mine.expandos = theirs.expandos
        for name in ("cum_table", "effective_min_count"):
            if hasattr(other_model, name):
                setattr(self, name, getattr(other_model, name))
        self.corpus_count = other_model.corpus_count
        self.corpus_total_words = other_model.corpus_total_words
        self._memory = None
        if self.hs and "code" not in mine.expandos:
            self.create_binary_tree()
        self.init_weights()

    def make_cum_table(self, domain: int = 2**31 - 1) -> None:
        """Make `cum_table` from the counts; its last element is `domain`."""
        self.cum_table = cumulative_noise(self._counts(), self.ns_exponent, domain)

    def create_binary_tree(self) -> None:
        """Give each word its way through the Huffman tree of the counts.

        The attributes are ``code``, an array of 0 and 1 for the turns from the root,
        and ``point``, the rows of `syn1` of the inner nodes passed.
        """
        counts = np.maximum(self._counts(), 1)
        codes, points = (np.empty(len(counts), dtype=object) for _ in range(2))
        if len(counts):
            tree = huffman_tree(counts)
            for word in range(len(counts)):
                codes[word], points[word] = tree.path(word)
        self.wv.expandos["code"], self.wv.expandos["point"] = codes, points

    def _own_tree(self) -> None:
        """Replace a Huffman tree from elsewhere; its inner nodes learn anew."""
        if self.has_foreign_tree:
            logger.warning("a new Huffman tree: the vectors of its nodes begin at zero")
            self.create_binary_tree()
            self.syn1 = zero_rows(len(self.wv), self.vector_size)
            self.has_foreign_tree = False

    def estimate_memory(
        self, vocab_size: int | None = None, report: dict[str, int] | None = None
    ) -> dict[str, int]:
        """Return about how many bytes a model with so many words takes, by part.

        Parameters
        ----------
        vocab_size : int, optional
            The words of this model if not given.
        report : dict, optional
            More parts, which count into ``total``.

        Returns
        -------
        dict
            ``vocab``, ``vectors``, ``syn1``, ``syn1neg`` (where there are any) and
            ``total``.
        """
        if vocab_size is not None:
            check_whole("vocab_size", vocab_size)
        words = vocab_size or len(self.wv)
        matrix = words * self.vector_size * np.dtype(np.float32).itemsize
        parts = dict(report or {})
        parts["vocab"] = words * (
            BYTES_PER_WORD_IN_A_TREE if self.hs else BYTES_PER_WORD
        )
        parts["vectors"] = matrix
        if self.hs:
            parts["syn1"] = matrix
        if self.negative:
            parts["syn1neg"] = matrix
        parts["total"] = sum(parts.values())
        logger.info(
            "%d words of %d numbers take about %d bytes",
            words,
            self.vector_size,
            parts["total"],
        )
        return parts

    def seeded_vector(
        self, seed_string: str, vector_size: int
    ) -> npt.NDArray[np.float32]:
        """Return a random vector that follows from a string; deprecated."""
        warnings.warn(
            "seeded_vector is deprecated: use numpy.random.default_rng",
            DeprecationWarning,
            stacklevel=2,
        )
        seed = int.from_bytes(seed_string.encode(), "little")
        vector: npt.NDArray[np.float32] = uniform_rows(1, vector_size, seed)[0]
        return vector

    def init_sims(self, replace: bool = False) -> None:
        """Call ``wv.init_sims``; deprecated, and no longer of use."""
        self.wv.init_sims(replace=replace)

    def _counts(self) -> npt.NDArray[np.int64]:
        """Return the counts of the words, 0 where they are not known."""
        counts = self.wv.expandos.get("count")
        if counts is None:
            return np.zeros(len(self.wv), dtype=np.int64)
        return np.asarray(counts, dtype=np.int64)
