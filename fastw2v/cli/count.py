"""`fastw2v count`."""

from pathlib import Path
from typing import NamedTuple

from fastw2v.checks import check_float, check_int
from fastw2v.cli import count_options, options
from fastw2v.cli.corpora import TextOptions, corpus_facts
from fastw2v.cli.count_options import Method
from fastw2v.cli.output import note, print_json, share_bar
from fastw2v.cli.train import load_or_encode
from fastw2v.counts.config import CountConfig
from fastw2v.counts.cooccurrence import Cooccurrence, count_cooccurrences
from fastw2v.counts.pmi import check_parameters, pmi
from fastw2v.counts.sparse_vectors import SparseVectors
from fastw2v.counts.svd import truncated_svd
from fastw2v.counts.vectors import describe, svd_vectors
from fastw2v.errors import ConfigError
from fastw2v.vectors.formats.by_suffix import check_words, check_writable, save_vectors
from fastw2v.vectors.formats.sparse import check_sparse_target

_DEFAULT = CountConfig()
_TEXT = TextOptions()


class _Steps(NamedTuple):
    """What is done with the counts."""

    method: Method = "svd"
    shift: float = 1.0
    smoothing: float = 0.75
    dim: int = 100
    power: float = 0.5
    add_context: bool = False


_STEPS = _Steps()


def count(
    sources: options.Sources,
    output: count_options.Output,
    method: count_options.MethodOption = _STEPS.method,
    window: options.Window = _DEFAULT.window,
    side: count_options.SideOption = _DEFAULT.side,
    weighting: count_options.WeightingOption = _DEFAULT.weighting,
    subsample: options.Subsample = _DEFAULT.subsample,
    shift: count_options.Shift = _STEPS.shift,
    smoothing: count_options.Smoothing = _STEPS.smoothing,
    dim: options.Dim = _STEPS.dim,
    power: count_options.Power = _STEPS.power,
    add_context: count_options.AddContext = _STEPS.add_context,
    memory: count_options.Memory = _DEFAULT.memory,
    folder: count_options.Folder = None,
    threads: options.Threads = None,
    seed: options.Seed = _DEFAULT.seed,
    min_count: options.MinCount = _TEXT.min_count,
    max_vocab: options.MaxVocab = _TEXT.max_vocab,
    column: options.Column = _TEXT.column,
    encoding_errors: options.EncodingErrorsOption = _TEXT.encoding_errors,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Make count-based word vectors: co-occurrences, PPMI, truncated SVD.

    SOURCE is text, or one folder made by `fastw2v encode` (then the text options
    do not apply). Ctrl-C stops within a second and leaves nothing behind.

    Example: fastw2v count text.txt -o vectors.safetensors --window 2 --dim 300
    """
    config = CountConfig(
        window=window,
        side=side,
        weighting=weighting,
        subsample=subsample,
        memory=memory,
        threads=threads,
        seed=seed,
    )
    steps = _Steps(method, shift, smoothing, dim, power, add_context)
    _check(steps, output)
    quiet = quiet or json
    text = TextOptions(min_count, max_vocab, column, encoding_errors, threads)
    corpus = load_or_encode(sources, text, output, quiet=quiet)
    if method == "svd":
        check_words(corpus.vocab.words, output)
        check_int("dim", dim, 1, len(corpus.vocab))
    with share_bar("counting", quiet=quiet) as progress:
        counted = count_cooccurrences(corpus, config, folder=folder, progress=progress)
    note(f"{counted.matrix.nnz:,} pairs of words co-occur", quiet=quiet)
    _save(counted, steps, output, quiet=quiet)
    note(f"{len(counted.words):,} vectors written to {output}", quiet=quiet)
    if json:
        facts = {"corpus": corpus_facts(corpus), "pairs": counted.matrix.nnz}
        used = {"config": config.as_dict(), "steps": steps._asdict()}
        print_json({"output": str(output)} | facts | used)


def _check(steps: _Steps, output: Path) -> None:
    """Raise an error for anything that can be known before the text is read."""
    check_parameters(steps.shift, steps.smoothing)
    check_int("dim", steps.dim, 1, 65_536)
    check_float("power", steps.power, 0.0, 1.0)
    if steps.method == "svd":
        check_writable(output)
        return
    ignored = [
        f"--{name.replace('_', '-')}"
        for name in ("dim", "power", "add_context")
        if getattr(steps, name) != getattr(_STEPS, name)
    ]
    if ignored:
        raise ConfigError(
            f"{' and '.join(ignored)} apply to --method svd, not {steps.method}; leave"
            " them out"
        )
    check_sparse_target(output)


def _save(counted: Cooccurrence, steps: _Steps, output: Path, *, quiet: bool) -> None:
    """Turn counts into what was asked for, and write it."""
    config, matrix = counted.config, counted.matrix
    about = {name: str(value) for name, value in steps._asdict().items()}
    if steps.method != "counts":
        matrix = pmi(matrix, shift=steps.shift, smoothing=steps.smoothing)
        note(f"{matrix.nnz:,} of them have a positive PMI", quiet=quiet)
    if steps.method != "svd":
        metadata = describe(config) | about
        SparseVectors(counted.words, matrix, counted.counts, metadata=metadata).save(
            output
        )
        return
    note(f"finding {steps.dim} singular vectors", quiet=quiet)
    svd = truncated_svd(matrix, steps.dim, seed=config.seed, threads=config.threads)
    words, contexts = svd_vectors(
        svd,
        counted,
        power=steps.power,
        add_context=steps.add_context,
        metadata=about,
    )
    save_vectors(words, output, contexts.vectors)
