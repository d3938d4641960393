"""Subclasses that make the sentences to train on while they are trained.

gensim's workers hand each batch of sentences to the method ``_do_train_job``, and
libraries such as fastnode2vec override it to put random walks in their place. Here no
worker needs it, so it is called only where a subclass has one of its own.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.models.intake import Corpus

Job = Callable[[list[Any], float, list[Any]], tuple[int, int]]


class TrainJobs:
    """The method that a subclass may override."""

    alpha: float
    batch_words: int

    def _do_train_job(
        self,
        sentences: Iterable[Any],
        alpha: float,  # noqa: ARG002  # follows from the place in the text
        inits: list[Any],
    ) -> tuple[int, int]:
        """Take sentences to train on; `inits` must be what the override was given.

        Returns
        -------
        trained_words, raw_words : int
        """
        made = list(sentences)
        inits += made
        words = sum(map(len, made))
        return words, words

    def _after_jobs(self, corpus: Corpus) -> Corpus:
        """Return the corpus that a subclass makes of another, or that one itself."""
        is_own = type(self)._do_train_job is TrainJobs._do_train_job
        if is_own or corpus.is_file or isinstance(corpus.source, EncodedCorpus):
            return corpus
        return Corpus(
            _Jobs(self._do_train_job, corpus.source, self.alpha, self.batch_words)
        )


class _Jobs:
    """What a job makes of sentences, anew in each pass."""

    def __init__(
        self, job: Job, sentences: Iterable[Any], alpha: float, batch_words: int
    ) -> None:
        self._job = job
        self._sentences = sentences
        self._alpha = alpha
        self._batch_words = batch_words

    def __iter__(self) -> Iterator[Any]:
        for batch in self._batches():
            made: list[Any] = []
            self._job(batch, self._alpha, made)
            yield from made

    def _batches(self) -> Iterator[list[Any]]:
        """Give as many sentences at a time as have no more than `batch_words`."""
        batch: list[Any] = []
        words = 0
        for sentence in self._sentences:
            if batch and words + len(sentence) > self._batch_words:
                yield batch
                batch, words = [], 0
            batch.append(sentence)
            words += len(sentence)
        if batch:
            yield batch
