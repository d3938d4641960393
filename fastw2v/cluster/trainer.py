"""The public `train`: on this machine, or as on a cluster."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import Weights
from fastw2v.cluster.config import (
    Cluster,
    SimulatedCluster,
    cluster_of,
    decisive_settings,
)
from fastw2v.cluster.driver import Driver, Outline, rule_of
from fastw2v.cluster.gauge import Gauge
from fastw2v.cluster.merge import Divisor, saturating_divisor
from fastw2v.cluster.simulated import SimulatedTeam
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.errors import ConfigError
from fastw2v.training.backends import RUNNERS
from fastw2v.training.callbacks import Callback
from fastw2v.training.history import History
from fastw2v.training.oversight import Oversight, oversee
from fastw2v.training.run import check_has_pairs
from fastw2v.training.saving import EVERY
from fastw2v.training.trainer import (
    TrainResult,
    check_types,
    continue_training,
    run_training,
)


@dataclass(frozen=True)
class ClusterResult(TrainResult):
    """What `train` returns of a cluster.

    Parameters
    ----------
    merging : Gauge
        What all merges added up to: `merges`, `mean_divisor`, `delta_bytes`, `widening`.
    """

    merging: Gauge


def train(
    corpus: EncodedCorpus,
    config: TrainConfig | None = None,
    *,
    cluster: Cluster | str | None = None,
    progress: bool = False,
    callbacks: Sequence[Callback] = (),
    checkpoint: str | os.PathLike[str] | None = None,
    every: str = EVERY,
    resume: bool = False,
    max_seconds: float | None = None,
    max_words: int | None = None,
) -> TrainResult:
    """Train word vectors.

    Ctrl-C and SIGTERM (in the main thread, unless the program has handlers of its own)
    stop the workers at the end of their shards, well within a second; then what is
    trained so far is saved if there is a `checkpoint`, and returned, with `interrupted`
    set. A second one raises KeyboardInterrupt at once, and so does one before the first
    shard has ended.

    Parameters
    ----------
    corpus : EncodedCorpus
        From `fastw2v.encode` or `EncodedCorpus.load`.
    config : TrainConfig, optional
        Hyper-parameters; the defaults if not given.
    cluster : SimulatedCluster, RayCluster or str, optional
        Replicas of the model on several workers, merged now and then: docs/cluster.md.
        "auto" is the Ray cluster this process can see, "local:N" are N processes of
        this machine, each with `config.threads` threads, its share of the processors
        if that is None; both need the extra ``fastw2v[ray]``. "sim:N" trains N
        replicas one after another in this process. Not given, all threads of this
        machine train one model.
    progress : bool
        Show a bar on a terminal, log lines (logger "fastw2v", level INFO)
        elsewhere.
    callbacks : sequence of Callback
        Called in this thread between epochs, while no worker runs.
    checkpoint : path, optional
        Where to save what the run needs to go on, on the way and at its end; one run
        to a file.
    every : str
        How much training lies between two checkpoints, as in "10min", "30s", "2h",
        "5Mtokens", "1epoch".
    resume : bool
        Go on from `checkpoint` if it is there; else begin. Without it a file that is
        there is refused.
    max_seconds : float, optional
        End the run so long after this call, compiling included.
    max_words : int, optional
        End the run after the shard in which it has trained on so many tokens of the
        corpus, all epochs and what was trained before a checkpoint included. The
        learning rate falls as if there were no limit.

    Returns
    -------
    TrainResult
        With `cluster` a `ClusterResult`, which also says how merging went.

    Raises
    ------
    CorpusError
        No sentence has two words, so there is no pair to train on.
    ConfigError
        There is no such cluster, the back end cannot run with that many threads, or a
        parameter is out of range.
    ClusterError
        The cluster cannot be reached or used, or all its workers are lost.
    MissingExtraError
        The cluster needs Ray, which is not installed.
    CheckpointError
        `checkpoint` exists and `resume` is not set, or it is of another run.
    FormatError
        `checkpoint` is damaged.
    DivergenceError
        Weights or loss stopped being finite, or are growing without end.
    OSError
        A checkpoint cannot be written.
    TypeError
        `corpus` or `config` is something else.
    """
    config = TrainConfig() if config is None else config
    check_types(corpus, config)
    check_has_pairs(corpus)
    workers = None if cluster is None else cluster_of(cluster)
    oversight = oversee(
        corpus,
        config,
        {"cluster": None if workers is None else decisive_settings(workers)},
        progress=progress,
        callbacks=callbacks,
        checkpoint=checkpoint,
        every=every,
        resume=resume,
        max_seconds=max_seconds,
        max_words=max_words,
    )
    if workers is None:
        return run_training(corpus, config, RUNNERS[config.backend], oversight)
    return _train_on(workers, corpus, config, oversight)


def _train_on(
    cluster: Cluster, corpus: EncodedCorpus, config: TrainConfig, oversight: Oversight
) -> ClusterResult:
    with _driver_of(cluster, corpus, config) as (driver, used):
        driver.warn_of_few_rounds()
        return _run_team(driver, corpus, used, oversight)


def continue_on(
    cluster: Cluster | str,
    corpus: EncodedCorpus,
    config: TrainConfig,
    weights: Weights,
    lock_factors: npt.NDArray[np.float32] | None = None,
) -> tuple[History, bool]:
    """Train weights that are there already on a cluster, in place.

    Parameters, and what is returned and raised, are those of `continue_training` and of
    `train`.

    Raises
    ------
    ConfigError
        There are lock factors, and workers that are other processes.
    """
    workers = cluster_of(cluster)
    if lock_factors is not None and not isinstance(workers, SimulatedCluster):
        raise ConfigError(
            "some words have lock factors other than 1, which workers of a Ray cluster"
            " do not apply: set wv.vectors_lockf to ones, or leave cluster out"
        )
    with _driver_of(workers, corpus, config) as (driver, used):
        return continue_training(
            corpus,
            used,
            weights,
            callbacks=[driver],
            lock_factors=lock_factors,
            runner=driver.run,
        )


@contextmanager
def _driver_of(
    cluster: Cluster, corpus: EncodedCorpus, config: TrainConfig
) -> Iterator[tuple[Driver, TrainConfig]]:
    """Give what runs shards on this cluster, and the config with a worker's threads."""
    if isinstance(cluster, SimulatedCluster):
        config = replace(config, threads=config.threads or 1)
        yield simulated(corpus, config, cluster), config
        return
    # Here, not above: it needs an extra.
    from fastw2v.cluster.ray_team import ray_team

    with ray_team(corpus, config, cluster) as team:
        config = replace(config, threads=max(team.threads))
        by_speed = cluster.dealing == "speed"
        outline = Outline.of(corpus)
        yield Driver(outline, config, cluster, team, by_speed=by_speed), config


def simulated(
    corpus: EncodedCorpus,
    config: TrainConfig,
    cluster: SimulatedCluster,
    divisor: Divisor = saturating_divisor,
) -> Driver:
    """Return what runs shards on simulated workers; `threads` has to be given."""
    rule = rule_of(cluster, divisor)
    team = SimulatedTeam(corpus, config, cluster.workers, rule)
    return Driver(Outline.of(corpus), config, cluster, team, divisor=divisor)


def _run_team(
    driver: Driver, corpus: EncodedCorpus, config: TrainConfig, oversight: Oversight
) -> ClusterResult:
    oversight = oversight._replace(callbacks=[driver, *oversight.callbacks])
    result = run_training(corpus, config, driver.run, oversight)
    return ClusterResult(
        result.vectors,
        result.context_vectors,
        result.history,
        result.config,
        result.ending,
        driver.gauge,
    )
