"""`train`: the epochs, what goes round them, and what is counted on the way."""

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from fastw2v.errors import ConfigError
from fastw2v.models.arguments import check_numbers, corpus_of, reject_unknown
from fastw2v.models.callbacks import StopTraining
from fastw2v.models.engine import Course, Outcome, config_of, next_seed, train_epoch
from fastw2v.models.intake import Corpus, content_hash, texts
from fastw2v.models.model_state import logger
from fastw2v.models.train_jobs import TrainJobs
from fastw2v.models.training_text import Ranking, TrainingText, in_ranks, rank
from fastw2v.models.vocabulary import Vocabulary


class Totals(NamedTuple):
    """What the caller says a pass over the corpus holds, if anything."""

    examples: int | None
    words: int | None

    def share(self, text: TrainingText) -> float:
        """Return how much of such a pass a text is."""
        if self.examples:
            return text.sentences / self.examples
        return text.raw_words / self.words if self.words else 1.0

    def warn_of_difference(self, epoch: int, text: TrainingText) -> None:
        """Log where a text is not what was expected."""
        if self.examples and self.examples != text.sentences:
            logger.warning(
                "EPOCH %d: supplied example count (%d) did not equal expected count (%d)",
                epoch,
                text.sentences,
                self.examples,
            )
        if self.words and self.words != text.raw_words:
            logger.warning(
                "EPOCH %d: supplied raw word count (%d) did not equal expected count"
                " (%d)",
                epoch,
                text.raw_words,
                self.words,
            )


class ModelTraining(Vocabulary, TrainJobs):
    """Each epoch is one call of the trainer, so callbacks see the model as it is."""

    def train(
        self,
        corpus_iterable: Any = None,
        corpus_file: Any = None,
        total_examples: int | None = None,
        total_words: int | None = None,
        epochs: int | None = None,
        start_alpha: float | None = None,
        end_alpha: float | None = None,
        word_count: int = 0,  # noqa: ARG002  # without effect in gensim too
        queue_factor: int = 2,  # noqa: ARG002  # there is no queue
        report_delay: float = 1.0,  # noqa: ARG002  # a line for each epoch
        compute_loss: bool = False,
        callbacks: Iterable[Any] = (),
        **kwargs: Any,
    ) -> tuple[int, int]:
        """Go on training on a text.

        Parameters
        ----------
        corpus_iterable : iterable of token lists
            Or whatever else the constructor takes; also called ``sentences``. One that
            gives other sentences each time is read in each epoch.
        corpus_file : str or PathLike
            A text of one sentence per line, in place of `corpus_iterable`.
        total_examples, total_words : int, optional
            Sentences and words of a pass, by which alpha falls; those of the
            vocabulary's text if neither is given.
        epochs : int
            Passes over the text.
        start_alpha, end_alpha : float, optional
            Become `alpha` and `min_alpha` of the model.
        word_count, queue_factor, report_delay
            Without effect.
        compute_loss : bool
            Whether `get_latest_training_loss` returns the loss.
        callbacks : iterable of CallbackAny2Vec
            Called in this thread between epochs. One that raises `StopTraining` ends
            the training, without an error.

        Returns
        -------
        trained_words, raw_words : int
            Over all epochs: known words left by thinning, and all words.

        Raises
        ------
        RuntimeError
            The model has no vocabulary or no vectors.
        ValueError
            No epochs, no totals, or a hyper-parameter is out of its range.
        TypeError
            No corpus, two of them, or one that cannot be read.
        DivergenceError
            Weights or loss stopped being finite.
        KeyboardInterrupt
            Ctrl-C; the model is as trained so far.
        """
        self.alpha = start_alpha or self.alpha
        self.min_alpha = end_alpha or self.min_alpha
        self._check_ready(total_examples or total_words, epochs)
        corpus, options = corpus_of(corpus_iterable, corpus_file, kwargs)
        reject_unknown("train", options)
        if self.hs:
            self._own_tree()
        self.epochs = epochs or self.epochs
        corpus = self._after_jobs(corpus)
        return self._train(
            corpus, Totals(total_examples, total_words), compute_loss, tuple(callbacks)
        )

    def _train(
        self,
        corpus: Corpus,
        totals: Totals,
        compute_loss: bool,
        callbacks: Sequence[Any],
    ) -> tuple[int, int]:
        """Train `epochs` epochs."""
        self.compute_loss = compute_loss
        self.running_training_loss = 0.0
        self.epoch_losses = []
        self.add_lifecycle_event(
            "train",
            msg=f"training with {self.workers} workers: {len(self.wv)} words of"
            f" {self.vector_size} numbers, sg={self.sg} hs={self.hs}"
            f" negative={self.negative} window={self.window} sample={self.sample}"
            f" shrink_windows={self.shrink_windows}",
        )
        began = time.perf_counter()
        done = Outcome()
        raw_words = 0
        try:
            _notify(callbacks, "on_train_begin", self)
            ranking = rank(self.wv.index_to_key, self._counts())
            for epoch, text in enumerate(self._texts(corpus, ranking)):
                _notify(callbacks, "on_epoch_begin", self)
                outcome = self._train_epoch(epoch, text, ranking, totals)
                done = _sum(done, outcome)
                raw_words += text.raw_words
                _notify(callbacks, "on_epoch_end", self)
        except StopTraining as stop:
            logger.info(
                "training stopped by a callback: %s", str(stop) or "no reason given"
            )
        _notify(callbacks, "on_train_end", self)
        seconds = time.perf_counter() - began
        self.total_train_time += seconds
        self.train_count += 1
        self.add_lifecycle_event(
            "train",
            msg=f"trained {done.kept} of {raw_words} words in {seconds:.1f} s,"
            f" {done.kept / seconds:.0f} words/s",
        )
        return done.kept, raw_words

    def get_latest_training_loss(self) -> float:
        """Return the loss summed over all pairs since the last `train` began.

        It is 0 if that was not asked for ``compute_loss``. `epoch_losses` has the mean
        by epoch.
        """
        return self.running_training_loss

    def _texts(self, corpus: Corpus, ranking: Ranking) -> Iterator[TrainingText]:
        """Give the text of each epoch, and remember the last."""
        unchanged = self._constructing
        content = None if unchanged else content_hash(corpus)
        for text in texts(corpus, self._memory, self.epochs, unchanged=unchanged):
            if text is not None:
                ranked = in_ranks(text, self.wv.key_to_index, ranking)
                self._remember(corpus, text, content)
            del text
            yield ranked

    def _train_epoch(
        self, epoch: int, text: TrainingText, ranking: Ranking, totals: Totals
    ) -> Outcome:
        """Train one epoch and log it."""
        totals.warn_of_difference(epoch, text)
        if not text.raw_words:
            logger.warning("EPOCH %d: the corpus gave no words", epoch)
        began = time.perf_counter()
        course = Course(
            self._alpha_after(epoch / self.epochs),
            self._alpha_after((epoch + totals.share(text)) / self.epochs),
            next_seed(self.random),
        )
        outcome = train_epoch(self, text, ranking, course)
        self.min_alpha_yet_reached = course.end_alpha
        if self.compute_loss:
            self.running_training_loss += outcome.loss
        self.epoch_losses.append(outcome.loss / max(1, outcome.pairs))
        seconds = time.perf_counter() - began
        logger.info(
            "EPOCH %d: %d of %d words trained in %.1f s, %.0f words/s, mean loss %.4f",
            epoch,
            outcome.kept,
            text.raw_words,
            seconds,
            outcome.kept / seconds,
            self.epoch_losses[-1],
        )
        if outcome.interrupted:
            raise KeyboardInterrupt
        return outcome

    def _alpha_after(self, share: float) -> float:
        """Return alpha after a share of the training; above 1 it falls no further."""
        alpha = self.alpha - (self.alpha - self.min_alpha) * min(share, 1.0)
        return max(alpha, self.min_alpha)

    def _check_ready(self, total: int | None, epochs: int | None) -> None:
        """Check what training takes, apart from the corpus.

        Raises
        ------
        RuntimeError, ValueError
            As `train` does.
        """
        if self.alpha > self.min_alpha_yet_reached:
            logger.warning("Effective 'alpha' higher than previous training cycles")
        self._check_can_learn()
        if not len(self.wv):
            raise RuntimeError(
                "the model has no words: call build_vocab first, or lower min_count if"
                " that left none"
            )
        if not len(self.wv.vectors):
            raise RuntimeError("the words have no vectors yet: call prepare_weights()")
        if not (total or self.corpus_count or self.corpus_total_words):
            raise ValueError(
                "the vocabulary comes from no corpus, so its length is not known: give"
                " total_examples or total_words"
            )
        if not epochs or epochs < 0:
            raise ValueError(
                f"epochs is {epochs}: give a number, usually epochs=model.epochs"
            )
        for switch, name in (("negative", "syn1neg"), ("hs", "syn1")):
            if getattr(self, switch) and getattr(self, name, None) is None:
                raise RuntimeError(
                    f"{switch}={getattr(self, switch)} needs {name}, which is not there:"
                    " call build_vocab or prepare_weights()"
                )

    def _check_can_learn(self) -> None:
        """Check the hyper-parameters, which may have been assigned.

        Raises
        ------
        ValueError
            One is out of its range, or there is nothing to learn by.
        """
        check_numbers(vars(self))
        if not self.hs and not self.negative:
            raise ConfigError(
                "hs=0 and negative=0 leave nothing to learn by: give one of them"
            )
        if self.hs and self.negative:
            logger.warning(
                "Both hierarchical softmax and negative sampling are activated."
                " Each word is trained twice: usually hs or negative is 0"
            )
        config_of(self, Course(self.alpha, min(self.alpha, self.min_alpha)))


def _notify(callbacks: Sequence[Any], event: str, model: ModelTraining) -> None:
    for callback in callbacks:
        method = getattr(callback, event, None)
        if method is not None:
            method(model)


def _sum(left: Outcome, right: Outcome) -> Outcome:
    return Outcome(
        left.kept + right.kept, left.pairs + right.pairs, left.loss + right.loss
    )
