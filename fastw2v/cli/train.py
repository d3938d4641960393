"""`fastw2v train`."""

import json as json_module
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import NamedTuple

import typer

from fastw2v.cli import options
from fastw2v.cli.corpora import (
    TextOptions,
    check_not_a_source,
    corpus_facts,
    describe,
    encode_sources,
    is_encoded,
)
from fastw2v.cli.output import (
    EXIT_INTERRUPTED,
    EXIT_TERMINATED,
    log_lines,
    note,
    print_json,
)
from fastw2v.cli.run_options import RunOptions
from fastw2v.cluster.gauge import Gauge
from fastw2v.cluster.trainer import ClusterResult
from fastw2v.cluster.trainer import train as run_training
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.errors import ConfigError
from fastw2v.training.history import History
from fastw2v.training.trainer import TrainResult
from fastw2v.vectors.formats.by_suffix import (
    check_words,
    check_writable,
    save_vectors,
)

_DEFAULT = TrainConfig()
_TEXT = TextOptions()
_RUN = RunOptions()


def train(
    sources: options.Sources,
    output: options.VectorsOutput,
    dim: options.Dim = _DEFAULT.dim,
    window: options.Window = _DEFAULT.window,
    negatives: options.Negatives = _DEFAULT.negatives,
    subsample: options.Subsample = _DEFAULT.subsample,
    noise_exponent: options.NoiseExponent = _DEFAULT.noise_exponent,
    epochs: options.Epochs = _DEFAULT.epochs,
    learning_rate: options.LearningRate = _DEFAULT.learning_rate,
    min_learning_rate: options.MinLearningRate = _DEFAULT.min_learning_rate,
    decay: options.Decay = _DEFAULT.decay,
    batching: options.BatchingOption = _DEFAULT.batching,
    architecture: options.ArchitectureOption = _DEFAULT.architecture,
    hierarchical_softmax: options.HierarchicalSoftmax = _DEFAULT.hierarchical_softmax,
    cbow_mean: options.CbowMean = _DEFAULT.cbow_mean,
    cbow_update: options.CbowUpdateOption = _DEFAULT.cbow_update,
    shrink_windows: options.ShrinkWindows = _DEFAULT.shrink_windows,
    backend: options.BackendOption = _DEFAULT.backend,
    threads: options.Threads = None,
    cluster: options.Cluster = None,
    seed: options.Seed = _DEFAULT.seed,
    min_count: options.MinCount = _TEXT.min_count,
    max_vocab: options.MaxVocab = _TEXT.max_vocab,
    column: options.Column = _TEXT.column,
    encoding_errors: options.EncodingErrorsOption = _TEXT.encoding_errors,
    checkpoint: options.Checkpoint = None,
    every: options.Every = _RUN.every,
    resume: options.Resume = False,
    max_seconds: options.MaxSeconds = None,
    max_words: options.MaxWords = None,
    held_out: options.HeldOut = None,
    patience: options.Patience = _RUN.patience,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Train word vectors: skip-gram or CBOW.

    SOURCE is text, or one folder made by `fastw2v encode` (then the text options
    do not apply). Ctrl-C and SIGTERM stop within a second and save what is trained so
    far; with --checkpoint, the same command and --resume goes on from there.

    Example: fastw2v train text.txt -o vectors.safetensors --epochs 5 --threads 2
    """
    config = TrainConfig(
        dim=dim,
        window=window,
        negatives=negatives,
        subsample=subsample,
        noise_exponent=noise_exponent,
        epochs=epochs,
        learning_rate=learning_rate,
        min_learning_rate=min_learning_rate,
        decay=decay,
        batching=batching,
        architecture=architecture,
        hierarchical_softmax=hierarchical_softmax,
        cbow_mean=cbow_mean,
        cbow_update=cbow_update,
        shrink_windows=shrink_windows,
        backend=backend,
        threads=threads,
        seed=seed,
    )
    text = TextOptions(min_count, max_vocab, column, encoding_errors, threads)
    ends = (max_seconds, max_words, held_out, patience)
    run = RunOptions(checkpoint, every, resume, *ends, cluster)
    _train(sources, output, text, config, run, _Talk(json, quiet or json))


class _Talk(NamedTuple):
    json: bool
    quiet: bool


def _train(
    sources: list[str],
    output: Path,
    text: TextOptions,
    config: TrainConfig,
    run: RunOptions,
    talk: _Talk,
) -> None:
    check_writable(output)
    run.check(sources, output)
    corpus = load_or_encode(sources, text, output, quiet=talk.quiet)
    check_words(corpus.vocab.words, output)
    # What a library has to say, as Ray of a worker that died, is no part of the output.
    with log_lines(quiet=talk.quiet), redirect_stdout(sys.stderr):
        arguments = run.arguments(corpus)
        result = run_training(corpus, config, progress=not talk.quiet, **arguments)
    save_result(result, output)
    _report(result, corpus, output, talk)
    if end := run.describe_end(result.ending):
        note(end, quiet=talk.quiet)
    exit_if_interrupted(result)


def load_or_encode(
    sources: list[str], text: TextOptions, output: Path, *, quiet: bool
) -> EncodedCorpus:
    """Return the corpus a command was given, as text or as an encoded folder."""
    if is_encoded(sources):
        if text._replace(threads=_TEXT.threads) != _TEXT:
            raise ConfigError(
                f"{sources[0]} is encoded already, so --min-count, --max-vocab,"
                " --column and --encoding-errors cannot change it; leave them out or"
                " encode the text again"
            )
        corpus = EncodedCorpus.load(sources[0])
        note(describe(corpus), quiet=quiet)
        return corpus
    check_not_a_source(output, sources)
    return encode_sources(sources, text, quiet=quiet)


def save_result(result: TrainResult, output: Path) -> None:
    """Save the vectors; a native file also keeps context vectors and config."""
    vectors = result.vectors
    vectors.metadata["train_config"] = json_module.dumps(result.config.as_dict())
    context = result.context_vectors
    save_vectors(vectors, output, None if context is None else context.vectors)


def exit_if_interrupted(result: TrainResult) -> None:
    """End the program as shells expect it of one that a signal has ended."""
    if result.interrupted:
        raise typer.Exit(
            EXIT_TERMINATED if result.ending == "SIGTERM" else EXIT_INTERRUPTED
        )


def describe_run(history: History) -> str:
    """Return time, speed and loss of a training in one line."""
    return (
        f"{len(history.epochs)} epochs in {history.seconds:.1f} s"
        f" (plus {history.compile_seconds:.1f} s to compile),"
        f" {history.words_per_second:,.0f} raw words/s on {history.threads} threads,"
        f" loss per pair {history.loss[-1] if history.loss else float('nan'):.4f}"
    )


def describe_merging(merging: Gauge) -> str:
    """Return what merging came to in one line."""
    return (
        f"{merging.merges} merges, mean divisor {merging.mean_divisor:.2f}, each worker"
        f" gave out {merging.delta_bytes / 1e6:,.1f} MB of deltas"
    )


def _report(
    result: TrainResult,
    corpus: EncodedCorpus,
    output: Path,
    talk: _Talk,
) -> None:
    history = result.history
    note(describe_run(history), quiet=talk.quiet)
    merging = result.merging if isinstance(result, ClusterResult) else None
    if merging:
        note(describe_merging(merging), quiet=talk.quiet)
    note(f"{len(result.vectors):,} vectors written to {output}", quiet=talk.quiet)
    if talk.json:
        print_json(
            {
                "output": str(output),
                "interrupted": result.interrupted,
                "ending": result.ending,
                "corpus": corpus_facts(corpus),
                "config": result.config.as_dict(),
                "history": history.as_dict(),
                "merging": merging and merging.as_dict(),
            }
        )
