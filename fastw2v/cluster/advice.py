"""Whether a run on several workers will be worth it, and what to change if not.

docs/cluster.md, "Plan first".
"""

import logging
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.cluster.gauge import largest_mean_divisor
from fastw2v.cluster.schedule import Schedule, count_rounds

_ROUNDS_TIMES_SQUARED_WORKERS = 8
_LEAST_EFFICIENCY = 0.5
_OVERNIGHT_SECONDS = 12 * 3600

Subject = Literal["rounds", "divisor", "network", "one node"]

_logger = logging.getLogger("fastw2v")


class Finding(NamedTuple):
    """One reason why a run will be poor.

    Parameters
    ----------
    subject : "rounds", "divisor", "network" or "one node"
        Too few rounds; replicas that get in each other's way; a network that takes as
        long as the training; a run that one node does overnight.
    reason, remedy : str
    """

    subject: Subject
    reason: str
    remedy: str


def rounds_wanted(workers: int) -> int:
    """Return how many rounds a run needs to be nearly as good as one model.

    By benchmarks/results/cluster-rounds.json: mean scores were 1 to 2 points lower
    then, and 2 to 5 with a quarter of them.
    """
    return _ROUNDS_TIMES_SQUARED_WORKERS * workers**2 if workers > 1 else 0


def judge_rounds(
    rounds: int, workers: int, tokens_in_run: int, shard_tokens: int
) -> Finding | None:
    """Find fault with the number of rounds, if there is any.

    Parameters
    ----------
    rounds, workers : int
    tokens_in_run : int
        Of all workers and epochs.
    shard_tokens : int
        The shortest round there can be.
    """
    wanted = rounds_wanted(workers)
    if rounds >= wanted:
        return None
    reason = (
        f"{rounds:,} rounds are planned and {workers} workers want {wanted:,}: what"
        " frequent words learn is averaged over the workers once a round"
    )
    shorter = tokens_in_run // (workers * wanted)
    if shorter >= shard_tokens:
        return Finding("rounds", reason, f"give round_tokens={shorter}")
    fewer = _most_workers(tokens_in_run, shard_tokens)
    remedy = (
        f"take {fewer} workers or more epochs"
        if fewer > 1
        else "the text is too small for several workers, train it on one node"
    )
    return Finding("rounds", reason, remedy)


def warn_of_few_rounds(
    bounds: npt.NDArray[np.int64], epochs: int, schedule: Schedule
) -> None:
    """Log a warning where a run that begins has too few rounds."""
    tokens, shards = int(bounds[-1]), len(bounds) - 1
    rounds = count_rounds(bounds, epochs, schedule)
    found = judge_rounds(rounds, schedule.workers, tokens * epochs, tokens // shards)
    if found is not None:
        _logger.warning("%s; %s", found.reason, found.remedy)


def judge_divisor(mean_divisor: float, workers: int) -> Finding | None:
    """Find fault with how much the replicas get in each other's way."""
    largest = largest_mean_divisor(workers)
    if mean_divisor <= largest:
        return None
    return Finding(
        "divisor",
        f"the mean divisor will be {mean_divisor:.2f}, above {largest:.3g}:"
        " the replicas train the same rows too far before they are merged",
        "lower round_tokens or the number of workers",
    )


def judge_times(
    one_node_seconds: float, training_seconds: float, network_seconds: float
) -> list[Finding]:
    """Find fault with what several nodes gain over one.

    Parameters
    ----------
    one_node_seconds : float
        The run on one node.
    training_seconds, network_seconds : float
        The run on all nodes: training alone, and what merging adds.
    """
    found = []
    efficiency = training_seconds / (training_seconds + network_seconds)
    if efficiency < _LEAST_EFFICIENCY:
        found.append(
            Finding(
                "network",
                f"merging takes {network_seconds / training_seconds:.1f} times as long"
                " as training",
                'give sync_dtype="float16", which halves it, a faster network, or fewer'
                " workers",
            )
        )
    if one_node_seconds <= _OVERNIGHT_SECONDS:
        found.append(
            Finding(
                "one node",
                f"one node trains this in {one_node_seconds / 3600:.1f} hours",
                "train it on one node, whose vectors are those of one model",
            )
        )
    return found


def _most_workers(tokens_in_run: int, shard_tokens: int) -> int:
    """Return for how many workers there are rounds enough, of one shard each."""
    workers = 1
    while tokens_in_run // ((workers + 1) * rounds_wanted(workers + 1)) >= shard_tokens:
        workers += 1
    return workers
