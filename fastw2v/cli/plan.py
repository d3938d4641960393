"""`fastw2v plan`."""

from pathlib import Path
from typing import NamedTuple

from fastw2v.cli import options, plan_options
from fastw2v.cli.output import note, print_json, print_table
from fastw2v.cluster.config import SimulatedCluster
from fastw2v.cluster.plan import ClusterPlan, CorpusSize, measured_speed, plan_cluster
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.errors import ConfigError

_DEFAULT = TrainConfig()


def plan(
    workers: plan_options.Workers,
    source: plan_options.Source = None,
    tokens: plan_options.Tokens = None,
    words: plan_options.Words = None,
    network: plan_options.Network = 10.0,
    speed: plan_options.Speed = None,
    measure: plan_options.Measure = False,
    round_tokens: plan_options.RoundTokens = None,
    sync_rows: plan_options.SyncRows = None,
    sync_dtype: plan_options.SyncDtypeOption = "float32",
    overlap: plan_options.Overlap = False,
    dim: options.Dim = _DEFAULT.dim,
    window: options.Window = _DEFAULT.window,
    negatives: options.Negatives = _DEFAULT.negatives,
    subsample: options.Subsample = _DEFAULT.subsample,
    noise_exponent: options.NoiseExponent = _DEFAULT.noise_exponent,
    epochs: options.Epochs = _DEFAULT.epochs,
    learning_rate: options.LearningRate = _DEFAULT.learning_rate,
    min_learning_rate: options.MinLearningRate = _DEFAULT.min_learning_rate,
    decay: options.Decay = _DEFAULT.decay,
    architecture: options.ArchitectureOption = _DEFAULT.architecture,
    hierarchical_softmax: options.HierarchicalSoftmax = _DEFAULT.hierarchical_softmax,
    cbow_mean: options.CbowMean = _DEFAULT.cbow_mean,
    cbow_update: options.CbowUpdateOption = _DEFAULT.cbow_update,
    shrink_windows: options.ShrinkWindows = _DEFAULT.shrink_windows,
    threads: options.Threads = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Say what training on several nodes will take, and whether it is worth it.

    Give an encoded folder, or --tokens and --words. Nothing is trained and no cluster is
    needed: rounds, merges and bytes follow from the counts of the words. The options of
    the model are those of `fastw2v train`.

    Example: fastw2v plan wiki.encoded --workers 8 --dim 300 --network 25 --measure
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
        architecture=architecture,
        hierarchical_softmax=hierarchical_softmax,
        cbow_mean=cbow_mean,
        cbow_update=cbow_update,
        shrink_windows=shrink_windows,
        threads=threads,
    )
    cluster = SimulatedCluster(
        workers,
        round_tokens=round_tokens,
        sync_rows=sync_rows,
        sync_dtype=sync_dtype,
        overlap=overlap,
    )
    corpus = _corpus(source, tokens, words)
    _plan(corpus, config, cluster, _Asked(network, speed, measure, json, quiet))


class _Asked(NamedTuple):
    network: float
    speed: float | None
    measure: bool
    json: bool
    quiet: bool


def _plan(
    corpus: EncodedCorpus | CorpusSize,
    config: TrainConfig,
    cluster: SimulatedCluster,
    asked: _Asked,
) -> None:
    speed = _measure(corpus, config, asked) if asked.measure else asked.speed
    found = plan_cluster(
        corpus,
        config,
        cluster=cluster,
        network_gbit=asked.network,
        tokens_per_second=speed,
    )
    if asked.json:
        print_json(found.as_dict())
    else:
        _show(found, asked.network)


def _corpus(
    source: Path | None, tokens: int | None, words: int | None
) -> EncodedCorpus | CorpusSize:
    if source is not None and (tokens, words) == (None, None):
        return EncodedCorpus.load(source)
    if source is None and tokens is not None and words is not None:
        return CorpusSize(tokens, words)
    raise ConfigError(
        "give either the folder of an encoded text, or both --tokens and --words"
    )


def _measure(
    corpus: EncodedCorpus | CorpusSize, config: TrainConfig, asked: _Asked
) -> float:
    if asked.speed is not None or isinstance(corpus, CorpusSize):
        raise ConfigError(
            "--measure needs a text to train on: give the folder of an encoded one, and"
            " no --speed; or leave --measure out"
        )
    found = measured_speed(corpus, config)
    note(f"this machine trains {found:,.0f} tokens/s", quiet=asked.quiet or asked.json)
    return found


def _show(found: ClusterPlan, network: float) -> None:
    per_merge = found.sent_bytes / max(found.merges, 1)
    rows = [
        ("tokens, words, epochs", f"{found.tokens:,}, {found.words:,}, {found.epochs}"),
        ("tokens of a round, each worker", f"{found.round_tokens:,}"),
        ("rounds", f"{found.rounds:,} ({found.rounds_wanted:,} wanted)"),
        (
            "rows merged every round",
            f"{min(found.sync_rows * found.widening, found.words):,}",
        ),
        ("mean divisor", f"{found.mean_divisor:.3f}"),
        ("memory of a node", _size(found.node_bytes)),
        ("memory where train is called", _size(found.driver_bytes)),
        ("each node sends, a merge", _size(per_merge)),
        ("each node sends, the run", _size(found.sent_bytes)),
        (f"that at {network:g} Gbit/s", _time(found.network_seconds)),
    ]
    if found.one_node_seconds is not None and found.training_seconds is not None:
        rows += [
            ("the run on one node", _time(found.one_node_seconds)),
            ("on all, without merging", _time(found.training_seconds)),
            ("times as fast as one node", f"{found.speed_up:.1f}"),
        ]
    print_table((f"{found.workers} workers", ""), rows)
    for _, reason, remedy in found.findings:
        print(f"\n{reason[0].upper()}{reason[1:]}.\n-> {remedy}.")
    if not found.findings:
        print("\nNothing speaks against it.")


def _size(count: float) -> str:
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


def _time(seconds: float) -> str:
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.1f} s"
