"""What training on several nodes will take, told before anything is started."""

from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np

from fastw2v.checks import check_float, check_int
from fastw2v.cluster.advice import (
    Finding,
    judge_divisor,
    judge_rounds,
    judge_times,
    rounds_wanted,
)
from fastw2v.cluster.config import Cluster, cluster_of
from fastw2v.cluster.driver import WAVE_ROWS, Outline
from fastw2v.cluster.merge import MOVING_ROWS
from fastw2v.cluster.rehearsal import Rehearsal, rehearse
from fastw2v.cluster.trainer import train
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.errors import ConfigError
from fastw2v.training.estimate import scratch_bytes, weights_bytes
from fastw2v.training.shards import shard_size
from fastw2v.training.trainer import check_types
from fastw2v.training.work import settings_of, thread_count

_BITS = 8
_GIGABIT = 1e9
# Of a corpus, to see how fast this machine is: some seconds.
_TOKENS_MEASURED = 2_000_000


@dataclass(frozen=True)
class CorpusSize:
    """A text that is not encoded yet, or not here.

    Its counts are taken to follow Zipf's law: that of rank r is proportional to 1 / r.

    Parameters
    ----------
    tokens : int, 1 to 10**15
        N, of the words that are kept.
    words : int, 1 to 10**9
        V.
    """

    tokens: int
    words: int

    def __post_init__(self) -> None:
        check_int("tokens", self.tokens, 1, 10**15)
        check_int("words", self.words, 1, min(10**9, self.tokens))


@dataclass(frozen=True)
class ClusterPlan:
    """What `plan_cluster` foresees.

    Parameters
    ----------
    workers, tokens, words, epochs : int
        W, N and V, and passes over the corpus.
    rounds, rounds_wanted : int
        Of the run, and how many it needs to be nearly as good as one model.
    round_tokens : int
        What each worker trains in a round of full length.
    sync_rows : int
        Rows merged after every round.
    merges, widening, mean_divisor, delta_bytes
        As in `ClusterResult.merging`; they will be these very numbers (of a
        `CorpusSize`, as far as its text follows Zipf's law).
    node_bytes : int
        Memory of a node with one worker: three models, up to 32 768 rows of two more,
        and the buffers of its threads.
    driver_bytes : int
        Memory where `train` is called: one model.
    sent_bytes : int
        What each node sends over the run, 2 (W - 1) / W of `delta_bytes`; it receives
        as much.
    network_seconds : float
        What sending takes if nothing else is in the way.
    one_node_seconds, training_seconds : float or None
        The run on one node, and the same on W without merging; None if the speed of a
        node is not known.
    findings : tuple of Finding
        What speaks against the run, and what to change; empty if nothing does.
    """

    workers: int
    tokens: int
    words: int
    epochs: int
    rounds: int
    rounds_wanted: int
    round_tokens: int
    sync_rows: int
    merges: int
    widening: int
    mean_divisor: float
    delta_bytes: int
    node_bytes: int
    driver_bytes: int
    sent_bytes: int
    network_seconds: float
    one_node_seconds: float | None
    training_seconds: float | None
    findings: tuple[Finding, ...]

    @property
    def speed_up(self) -> float | None:
        """How many times as fast as one node; None if a node's speed is not known."""
        if self.one_node_seconds is None or self.training_seconds is None:
            return None
        return self.one_node_seconds / (self.training_seconds + self.network_seconds)

    def as_dict(self) -> dict[str, object]:
        """Return plain values, for JSON."""
        findings = [finding._asdict() for finding in self.findings]
        return asdict(self) | {"speed_up": self.speed_up, "findings": findings}


class _Times(NamedTuple):
    network: float
    one_node: float | None
    training: float | None


def plan_cluster(
    corpus: EncodedCorpus | CorpusSize,
    config: TrainConfig | None = None,
    *,
    cluster: Cluster | str,
    network_gbit: float = 10.0,
    tokens_per_second: float | None = None,
) -> ClusterPlan:
    """Say what training on a cluster will take and whether it is worth it.

    Goes through all rounds and merges of the run without training: these follow from
    the counts of the words and the learning rate. Takes seconds, and no cluster.

    Parameters
    ----------
    corpus : EncodedCorpus or CorpusSize
        Of the first, the vocabulary and the lengths of the sentences are read.
    config : TrainConfig, optional
        As for `fastw2v.train`; `threads` are those of each node.
    cluster : SimulatedCluster, RayCluster or str
        As for `fastw2v.train`; says how many workers there are, and how they merge.
        Which of the two makes no difference, but the number must be given.
    network_gbit : float, 0.001 to 100000
        What a node can send, and receive at the same time, in 10**9 bits a second.
    tokens_per_second : float, optional
        How fast one node trains tokens of the corpus; `measured_speed` tells it of this
        machine.

    Returns
    -------
    ClusterPlan

    Raises
    ------
    ConfigError
        A number is out of its range, or there is no such cluster.
    TypeError
        `corpus` or `config` is something else.
    """
    config = TrainConfig() if config is None else config
    check_float("network_gbit", network_gbit, 1e-3, 1e5)
    if tokens_per_second is not None:
        check_float("tokens_per_second", tokens_per_second, 1.0, 1e12)
    merging = cluster_of(cluster)
    w = merging.workers
    if w is None:
        raise ConfigError(
            f"cluster is {cluster!r}, which does not say how many workers there will be;"
            " give 'sim:N', or workers=N"
        )
    outline = _outline(corpus, config)
    rehearsal = rehearse(outline, config, merging, w)
    tokens, gauge = int(outline.offsets[-1]), rehearsal.gauge
    sent = 2 * gauge.delta_bytes * (w - 1) // w
    network = sent * _BITS / (network_gbit * _GIGABIT)
    one_node = None
    if tokens_per_second is not None:
        one_node = tokens * config.epochs / tokens_per_second
    times = _Times(network, one_node, one_node and one_node / w)
    return ClusterPlan(
        workers=w,
        tokens=tokens,
        words=len(outline.counts),
        epochs=config.epochs,
        rounds=rehearsal.rounds,
        rounds_wanted=rounds_wanted(w),
        round_tokens=rehearsal.schedule.round_tokens,
        sync_rows=rehearsal.schedule.sync_rows,
        merges=gauge.merges,
        widening=gauge.widening,
        mean_divisor=gauge.mean_divisor,
        delta_bytes=gauge.delta_bytes,
        node_bytes=node_bytes(len(outline.counts), config),
        driver_bytes=weights_bytes(len(outline.counts), config, 0),
        sent_bytes=sent,
        network_seconds=network,
        one_node_seconds=times.one_node,
        training_seconds=times.training,
        findings=_findings(rehearsal, tokens * config.epochs, times),
    )


def node_bytes(words: int, config: TrainConfig) -> int:
    """Return the memory of a node of one worker, without the object store.

    Its replica, the rows as last merged, those to go back to, what it gives at a time,
    the velocity of hot rows, and its threads' buffers.
    """
    threads, settings = thread_count(config), settings_of(words, config)
    replica = weights_bytes(words, config, settings.private * threads)
    merged = weights_bytes(words, config, 0)
    given = weights_bytes(min(words, WAVE_ROWS), config, 0)
    moving = weights_bytes(min(words, MOVING_ROWS), config, 0)
    buffers = threads * scratch_bytes(config.dim, settings)
    return replica + 2 * merged + given + moving + buffers


def measured_speed(corpus: EncodedCorpus, config: TrainConfig) -> float:
    """Train a part of a corpus on this machine; return its tokens per second."""
    history = train(corpus, config, max_words=_TOKENS_MEASURED).history
    return sum(record.centers for record in history.epochs) / history.seconds


def _outline(corpus: EncodedCorpus | CorpusSize, config: TrainConfig) -> Outline:
    if not isinstance(corpus, CorpusSize):
        check_types(corpus, config)
        return Outline.of(corpus)
    shares = 1 / np.arange(1, corpus.words + 1)
    counts = np.maximum(corpus.tokens * shares / shares.sum(), 1).astype(np.int64)
    size = shard_size(corpus.tokens, config)
    ends = np.arange(0, corpus.tokens, size)
    return Outline(counts, np.append(ends, corpus.tokens).astype(np.int64))


def _findings(
    rehearsal: Rehearsal, tokens_in_run: int, times: _Times
) -> tuple[Finding, ...]:
    schedule, rounds, shard_tokens, gauge = rehearsal
    workers = schedule.workers
    found = [
        judge_rounds(rounds, workers, tokens_in_run, shard_tokens),
        judge_divisor(gauge.mean_divisor, workers),
    ]
    if times.one_node is not None and times.training is not None and workers > 1:
        found += judge_times(times.one_node, times.training, times.network)
    return tuple(finding for finding in found if finding is not None)
