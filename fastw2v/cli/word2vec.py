"""`fastw2v word2vec`: the flags, defaults and files of word2vec.c."""

from pathlib import Path

from fastw2v.cli.compute_accuracy import print_accuracy
from fastw2v.cli.corpora import TextOptions, encode_sources
from fastw2v.cli.output import log_lines, note
from fastw2v.cli.train import describe_run, exit_if_interrupted, save_result
from fastw2v.cli.word2vec_flags import Word2vecFlags, config_of
from fastw2v.cluster.trainer import train
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.word_counts import (
    WordCounts,
    read_word_counts,
    write_numbered_words,
    write_word_counts,
)
from fastw2v.errors import ConfigError
from fastw2v.replace import check_can_write
from fastw2v.training.run import check_has_pairs
from fastw2v.training.trainer import TrainResult
from fastw2v.vectors.classes import word_classes
from fastw2v.vectors.evaluate import evaluate_analogies, holds_analogies
from fastw2v.vectors.formats.by_suffix import NATIVE
from fastw2v.vectors.formats.word2vec_writer import encode_words


def word2vec(flags: Word2vecFlags) -> None:
    """Train word vectors with the flags, defaults and files of word2vec.c.

    CBOW with 5 noise words unless told otherwise: `fastw2v train` has defaults that
    reach the same quality sooner. Differs from word2vec.c in that every token is
    trained once a pass for any -threads, lines of more than 1000 words are not cut,
    words end at any Unicode blank, and </s> gets no vector (word2vec.c never trains
    it). A vocabulary file still counts it. Ctrl-C saves what is trained so far.

    Example: fastw2v word2vec -train text.txt -output vec.bin -size 200 -binary 1
    """
    config = config_of(flags)
    _check_files(flags)
    counts, corpus = _read(flags)
    encode_words(counts.vocab.words)  # raises where a line could not be read back
    if corpus is not None and flags.output is not None:
        _check_trainable(flags, corpus)
    if flags.save_vocab is not None:
        write_word_counts(flags.save_vocab, counts)
        _note(flags, f"vocabulary written to {flags.save_vocab}")
    if corpus is not None and flags.output is not None:
        _train(flags, flags.output, corpus, config)


def _train(
    flags: Word2vecFlags, output: Path, corpus: EncodedCorpus, config: TrainConfig
) -> None:
    with log_lines(quiet=flags.debug == 0):
        result = train(corpus, config, progress=flags.debug > 1)
    _write(flags, output, result)
    exit_if_interrupted(result)
    if flags.accuracy is not None:
        print_accuracy(evaluate_analogies(result.vectors, flags.accuracy))


def _note(flags: Word2vecFlags, message: str) -> None:
    note(message, quiet=flags.debug == 0)


def _check_files(flags: Word2vecFlags) -> None:
    """Find out before any work whether files can be read and written."""
    from fastw2v.corpus.sources import find_files  # imports pyarrow: 0.2 s

    texts = [] if flags.train == "-" else find_files([flags.train])
    used = {path.resolve(): "-train" for path in texts}
    if flags.read_vocab is not None:
        used[flags.read_vocab.resolve()] = "-read-vocab"
    if flags.accuracy is not None:
        if not holds_analogies(flags.accuracy):
            raise ConfigError(
                f"-accuracy {flags.accuracy} does not begin with a line ': name': give"
                " a file of analogy questions"
            )
        used[flags.accuracy.resolve()] = "-accuracy"
    for name, path in (("-output", flags.output), ("-save-vocab", flags.save_vocab)):
        if path is None:
            continue
        if path.resolve() in used:
            raise ConfigError(
                f"{name} {path} is also the file of {used[path.resolve()]} and would"
                " replace it; give another name"
            )
        check_can_write(path)
        used[path.resolve()] = name


def _read(flags: Word2vecFlags) -> tuple[WordCounts, EncodedCorpus | None]:
    """Return the vocabulary, and the text where there is something to train."""
    options = TextOptions(min_count=flags.min_count, threads=flags.threads)
    counts = None
    if flags.read_vocab is not None:
        counts = read_word_counts(flags.read_vocab, flags.min_count)
        options = TextOptions(vocab=counts.vocab, threads=flags.threads)
    corpus = None
    if counts is None or flags.output is not None:
        corpus = encode_sources([flags.train], options, quiet=flags.debug < 2)
        if counts is None:
            counts = WordCounts(corpus.vocab, _line_ends(flags, corpus))
    _note(flags, f"Vocab size: {len(counts.vocab)}")
    _note(flags, f"Words in train file: {counts.vocab.counts.sum()}")
    return counts, corpus


def _line_ends(flags: Word2vecFlags, corpus: EncodedCorpus) -> int:
    """Count what word2vec.c counts as </s>; sentences where only they are known."""
    from fastw2v.corpus.columns import SUFFIXES
    from fastw2v.corpus.readers import count_line_ends
    from fastw2v.corpus.sources import find_files

    files = [] if flags.train == "-" else find_files([flags.train])
    is_text = bool(files) and not any(path.suffix.lower() in SUFFIXES for path in files)
    if flags.save_vocab is None or not is_text:
        return corpus.sentences
    return sum(map(count_line_ends, files))


def _check_trainable(flags: Word2vecFlags, corpus: EncodedCorpus) -> None:
    """Find out before training what would fail after it."""
    check_has_pairs(corpus)
    if flags.classes > len(corpus.vocab):
        raise ConfigError(
            f"-classes is {flags.classes}, more than the {len(corpus.vocab)} words of"
            " the vocabulary; give fewer"
        )


def _write(flags: Word2vecFlags, output: Path, result: TrainResult) -> None:
    """Write vectors or classes."""
    _note(flags, describe_run(result.history))
    vectors = result.vectors
    if flags.classes:
        classes = word_classes(vectors.vectors, flags.classes)
        write_numbered_words(output, vectors.index_to_key, classes.tolist())
    elif output.suffix.lower() in NATIVE:
        save_result(result, output)
    else:
        vectors.save_word2vec_format(output, binary=flags.binary)
    what = f"{flags.classes} classes of" if flags.classes else "vectors of"
    _note(flags, f"{what} {len(vectors):,} words written to {output}")
