"""Building a vocabulary from a text: counting its words."""

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Any

from fastw2v.models.arguments import corpus_of, reject_unknown
from fastw2v.models.intake import Corpus, Memory, content_hash
from fastw2v.models.model_state import logger
from fastw2v.models.raw_text import Pruning, RawText, Word, number_sentences
from fastw2v.models.vocabulary_choice import VocabularyChoice
from fastw2v.models.vocabulary_rules import TrimRule
from fastw2v.utils import keep_vocab_item


class Vocabulary(VocabularyChoice):
    """A text is counted whole, then its words are chosen, then their rows made."""

    def build_vocab(
        self,
        corpus_iterable: Any = None,
        corpus_file: Any = None,
        update: bool = False,
        progress_per: int = 10_000,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
        **kwargs: Any,
    ) -> None:
        """Make the vocabulary from a text, or add a text's words to it.

        The numbered text is remembered, 4 bytes a word, so that `train` on the same
        corpus need not read it again. Files are read again instead.

        Parameters
        ----------
        corpus_iterable : iterable of token lists
            Or whatever else the constructor takes; also called ``sentences``.
        corpus_file : str or PathLike
            A text of one sentence per line, in place of `corpus_iterable`.
        update : bool
            Add the counts of known words and, at the end, new words that are frequent
            enough. Known words keep their rows and vectors.
        progress_per : int
            Log a line every so many sentences.
        keep_raw_vocab : bool
            Keep `raw_vocab`, the counts of all words.
        trim_rule : callable, optional
            Decides on each word: see `fastw2v.utils.keep_vocab_item`. Not stored.
        **kwargs
            ``min_count``, ``sample`` and ``dry_run`` of `prepare_vocab`.

        Raises
        ------
        TypeError
            No corpus, two of them, or one that cannot be read.
        RuntimeError
            `update` of a model that has no words yet.
        """
        corpus, options = corpus_of(corpus_iterable, corpus_file, kwargs)
        reject_unknown("build_vocab", options, {"min_count", "sample", "dry_run"})
        self._build(corpus, update, progress_per, keep_raw_vocab, trim_rule, options)

    def _build(
        self,
        corpus: Corpus,
        update: bool,
        progress_per: int,
        keep_raw_vocab: bool,
        trim_rule: TrimRule | None,
        options: dict[str, Any],
    ) -> None:
        if update:
            self._check_has_words()
        total_words, corpus_count = self.scan_vocab(
            corpus_iterable=None if corpus.is_file else corpus.source,
            corpus_file=corpus.source if corpus.is_file else None,
            progress_per=progress_per,
            trim_rule=trim_rule,
        )
        self.corpus_count = corpus_count
        self.corpus_total_words = total_words
        self._finish(update, keep_raw_vocab, trim_rule, options)

    def build_vocab_from_freq(
        self,
        word_freq: Mapping[Word, int],
        keep_raw_vocab: bool = False,
        corpus_count: int | None = None,
        trim_rule: TrimRule | None = None,
        update: bool = False,
    ) -> None:
        """Make the vocabulary from counts of words, which are copied.

        Parameters
        ----------
        word_freq : mapping of word to int
        keep_raw_vocab : bool
        corpus_count : int, optional
            Sentences of the text counted. Without it `train` must be given
            ``total_examples`` or ``total_words``.
        trim_rule : callable, optional
        update : bool
        """
        if update:
            self._check_has_words()
        self.raw_vocab = defaultdict(int, word_freq)
        self.corpus_count = corpus_count or 0
        self.corpus_total_words = sum(self.raw_vocab.values())
        self._memory = None
        self._finish(update, keep_raw_vocab, trim_rule, {})

    def _finish(
        self,
        update: bool,
        keep_raw_vocab: bool,
        trim_rule: TrimRule | None,
        options: dict[str, Any],
    ) -> None:
        report = self.prepare_vocab(
            update=update, keep_raw_vocab=keep_raw_vocab, trim_rule=trim_rule, **options
        )
        if options.get("dry_run"):
            return
        self.estimate_memory(vocab_size=report["num_retained_words"])
        self.prepare_weights(update=update)
        self.add_lifecycle_event("build_vocab", update=update, trim_rule=str(trim_rule))

    def scan_vocab(
        self,
        corpus_iterable: Any = None,
        corpus_file: Any = None,
        progress_per: int = 10_000,
        workers: int | None = None,  # noqa: ARG002  # all cores read files
        trim_rule: TrimRule | None = None,
        **kwargs: Any,
    ) -> tuple[int, int]:
        """Read a text and count its words into `raw_vocab`.

        With `max_vocab_size` the rarest words are forgotten while reading, whenever
        there are more; counts of rare words are then too low.

        Returns
        -------
        total_words, corpus_count : int
            Words and sentences.
        """
        corpus, options = corpus_of(corpus_iterable, corpus_file, kwargs)
        reject_unknown("scan_vocab", options)
        _warn_of_strings(corpus)
        pruning = None
        if self.max_vocab_size is not None:
            keeps = partial(keep_vocab_item, trim_rule=trim_rule)
            pruning = Pruning(self.max_vocab_size, keeps)
        reader = partial(
            number_sentences,
            pruning=pruning,
            report=_log_progress,
            report_every=max(1, progress_per),
        )
        logger.info("counting the words of the corpus")
        content = None if self._constructing else content_hash(corpus)
        text = corpus.read(reader)
        self._remember(corpus, text, content)
        counts = text.counts.tolist()
        self.raw_vocab = defaultdict(int, zip(text.words, counts, strict=True))
        logger.info(
            "counted %d different words in %d words of %d sentences",
            len(text.words),
            len(text.tokens),
            text.sentences,
        )
        return len(text.tokens), text.sentences

    def _remember(self, corpus: Corpus, text: RawText, content: int | None) -> None:
        """Keep a text for later, unless it is of no use or will be read again anyway."""
        # Without the words forgotten a text is not fit for training.
        is_whole = text.tokens.min(initial=0) >= 0
        is_kept = self._constructing or not corpus.is_from_files
        self._memory = (
            Memory.of(corpus, text, content) if is_whole and is_kept else None
        )

    def _check_has_words(self) -> None:
        if not len(self.wv):
            raise RuntimeError(
                "update=True adds to a vocabulary, and there is none yet: call "
                "build_vocab without update first"
            )


def _warn_of_strings(corpus: Corpus) -> None:
    if isinstance(corpus.first, str):
        logger.warning(
            "Each 'sentences' item should be a list of words (usually unicode strings)."
            " The first is the string %.40r: its characters are taken for words",
            corpus.first,
        )


def _log_progress(sentences: int, tokens: int, words: int) -> None:
    logger.info(
        "%d sentences, %d words, %d of them different", sentences, tokens, words
    )
