"""Workers of a Ray cluster killed at random moments, run after run.

    FASTW2V_SOAK_KILLS=50 FASTW2V_CACHE=1 python -m pytest -m soak tests/soak/test_ray_kills.py -s

Two workers of one thread: each run has to end with the bits, the merges and the loss of
the simulation, and with each token a center once an epoch.
"""

import os
import random
import time
from dataclasses import replace

import pytest
from ray_processes import Killer

from fastw2v import RayCluster, SimulatedCluster, TrainConfig, train

pytest.importorskip("ray", minversion="2.50")

from fastw2v.cluster.ray_start import connected

LONGEST_PAUSE = 12.0  # seconds; a worker has to have time to come back
KILLS = int(os.environ.get("FASTW2V_SOAK_KILLS", "50"))
CONFIG = TrainConfig(dim=100, epochs=20, threads=1)
# In the middle of a round; or at any time, also while it is started again.
MOMENTS = ["ray::Worker.train", "ray::Worker"]
CLUSTER = {"sync_rows": 300, "round_tokens": 40_000}


@pytest.mark.soak
@pytest.mark.ray
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_kills_at_random_moments_change_no_bit(make_corpus):
    seed = int(os.environ.get("FASTW2V_SOAK_SEED", time.time()))
    pauses = random.Random(seed)
    corpus = make_corpus([20] * 20_000, vocabulary=2_000)
    simulated = train(corpus, CONFIG, cluster=SimulatedCluster(2, **CLUSTER))
    cluster = RayCluster("local", 2, patience=3_600, **CLUSTER)
    kills = runs = lost_rounds = 0
    began = time.monotonic()
    with connected(cluster, 300 << 20):
        while kills < KILLS:
            endless = iter(lambda: pauses.uniform(0.0, LONGEST_PAUSE), None)
            with Killer(endless, MOMENTS[runs % len(MOMENTS)]) as killer:
                result = train(corpus, CONFIG, cluster=cluster)
            kills += len(killer.killed)
            runs += 1
            lost_rounds += result.merging.lost_rounds
            print(
                f"seed {seed}: {kills} kills in {runs} runs, {lost_rounds} rounds"
                f" begun again, {time.monotonic() - began:.0f} s"
            )
            for kind in ("vectors", "context_vectors"):
                mine, other = getattr(result, kind), getattr(simulated, kind)
                assert mine.vectors.tobytes() == other.vectors.tobytes()
            assert replace(result.merging, lost_rounds=0) == simulated.merging
            assert result.history.loss == pytest.approx(
                simulated.history.loss, rel=1e-12
            )
            centers = [record.centers for record in result.history.epochs]
            assert centers == [len(corpus)] * CONFIG.epochs
