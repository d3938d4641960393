"""Runs on Ray: processes of this machine, and nodes that meet over TCP."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from fastw2v import (
    Callback,
    ClusterError,
    ConfigError,
    EncodedCorpus,
    KeyedVectors,
    RayCluster,
    SimulatedCluster,
    TrainConfig,
    train,
)
from fastw2v.errors import MissingExtraError

pytest.importorskip("ray", minversion="2.60")

from ray_processes import Killer, actors_of

from fastw2v.cluster import ray_calls, ray_crew, ray_start, ray_team, worker
from fastw2v.cluster.ray_start import connected

pytestmark = [
    pytest.mark.ray,
    # Ray leaves sockets and files to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SMALL = TrainConfig(dim=16, epochs=2, threads=1)
STORE = 300 << 20


def bits_of(result):
    return [
        result.vectors.vectors.tobytes(),
        result.context_vectors.vectors.tobytes(),
    ]


def facts_of(merging):
    return replace(merging, lost_rounds=0)


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """Be connected to a cluster of this machine, and cache compiled kernels."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FASTW2V_CACHE", "1")
        patch.setenv("NUMBA_CACHE_DIR", str(tmp_path_factory.mktemp("kernels")))
        with connected(RayCluster("local", 4), STORE):
            yield


@pytest.fixture(scope="module")
def corpus(make_corpus):
    return make_corpus([20] * 3_000, vocabulary=2_000)


@pytest.mark.parametrize(
    "merging",
    [{}, {"sync_dtype": "float16"}, {"overlap": True}],
    ids=str,
)
def test_two_workers_give_the_bits_of_the_simulation(here, corpus, merging):
    merging = {"sync_rows": 300, **merging}
    simulated = train(corpus, SMALL, cluster=SimulatedCluster(2, **merging))
    result = train(corpus, SMALL, cluster=RayCluster("local", 2, **merging))
    assert bits_of(result) == bits_of(simulated)
    assert result.history.loss == simulated.history.loss
    assert result.merging == simulated.merging
    assert result.merging.merges > 20


@pytest.mark.parametrize("merging", [{}, {"overlap": True}], ids=str)
def test_three_workers_share_the_reducing_and_give_the_same_bits(here, corpus, merging):
    merging = {"sync_rows": 300, **merging}
    simulated = train(corpus, SMALL, cluster=SimulatedCluster(3, **merging))
    result = train(corpus, SMALL, cluster=RayCluster("local", 3, **merging))
    assert bits_of(result) == bits_of(simulated)


def test_a_worker_may_have_several_threads(here, corpus):
    config = replace(SMALL, threads=2)
    result = train(corpus, config, cluster=RayCluster("local", 2, sync_rows=300))
    assert [record.centers for record in result.history.epochs] == [len(corpus)] * 2
    assert result.history.loss[1] < result.history.loss[0]


def test_one_worker_gives_the_bits_of_ordinary_training(here, corpus):
    result = train(corpus, SMALL, cluster="local:1")
    assert bits_of(result) == bits_of(train(corpus, SMALL))


def test_a_worker_killed_in_a_round_changes_no_bit(here, make_corpus, tmp_path):
    make_corpus([20] * 20_000, vocabulary=2_000).save(tmp_path / "text")
    corpus = EncodedCorpus.load(tmp_path / "text")
    config = replace(SMALL, dim=100)
    cluster = {"sync_rows": 300, "round_tokens": 40_000}
    with Killer([0.2, 1.0]) as killer:
        result = train(corpus, config, cluster=RayCluster("local", 2, **cluster))
    simulated = train(corpus, config, cluster=SimulatedCluster(2, **cluster))
    assert len(killer.killed) == 2
    assert result.merging.lost_rounds >= 1
    assert bits_of(result) == bits_of(simulated)
    assert facts_of(result.merging) == simulated.merging
    assert [r.centers for r in result.history.epochs] == [len(corpus)] * 2
    assert result.history.loss == pytest.approx(simulated.history.loss, rel=1e-12)


def test_a_worker_that_hangs_is_started_again(here, make_corpus, monkeypatch, caplog):
    monkeypatch.setattr(ray_calls, "_STALL_SECONDS", 3.0)
    corpus = make_corpus([20] * 20_000, vocabulary=2_000)
    config = replace(SMALL, epochs=4)
    cluster = {"sync_rows": 300, "round_tokens": 20_000}
    with Killer([0.5], number=signal.SIGSTOP) as killer:
        result = train(corpus, config, cluster=RayCluster("local", 2, **cluster))
    simulated = train(corpus, config, cluster=SimulatedCluster(2, **cluster))
    assert len(killer.killed) == 1
    assert "hangs: started again" in caplog.text
    assert bits_of(result) == bits_of(simulated)


def test_one_killed_and_one_that_hangs_begin_again_from_what_was_loaded(
    here, make_corpus, caplog
):
    corpus = make_corpus([20] * 20_000, vocabulary=2_000)
    config = replace(SMALL, epochs=4)
    merging = {"sync_rows": 300, "round_tokens": 20_000}

    class Strike(Callback):
        def on_epoch_end(self, state):
            if len(state.history.epochs) == 2:
                one, other = actors_of(os.getpid(), "ray::Worker")
                os.kill(one, signal.SIGSTOP)
                os.kill(other, signal.SIGKILL)

    cluster = RayCluster("local", 2, patience=10.0, **merging)
    result = train(corpus, config, cluster=cluster, callbacks=[Strike()])
    assert "hangs: started again" in caplog.text
    simulated = train(corpus, config, cluster=SimulatedCluster(2, **merging))
    assert bits_of(result) == bits_of(simulated)


def test_faster_workers_get_more_shards(here, corpus):
    cluster = RayCluster("local", 2, dealing="speed", overlap=True, sync_rows=300)
    result = train(corpus, SMALL, cluster=cluster)
    assert [record.centers for record in result.history.epochs] == [len(corpus)] * 2
    assert result.history.loss[1] < result.history.loss[0]


def test_callbacks_see_the_merged_model(here, corpus):
    seen = []

    class Recorder(Callback):
        def on_epoch_end(self, state):
            seen.append(state.weights.w_in[:, :16].copy())

    result = train(corpus, SMALL, cluster="local:2", callbacks=[Recorder()])
    assert (seen[-1] == result.vectors.vectors).all()
    assert (seen[0] != seen[1]).any()


def test_an_interrupt_in_a_long_round_goes_back_to_where_all_were_equal(
    here, make_corpus, tmp_path, monkeypatch
):
    monkeypatch.setattr(ray_team, "_LAST_ROUND_SECONDS", -1.0)
    monkeypatch.setattr(ray_calls, "_BEAT_SECONDS", 0.002)

    class Interrupting(Callback):
        def on_epoch_begin(self, state):
            if len(state.history.epochs) == 1:
                threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()

    corpus = make_corpus([20] * 40_000, vocabulary=2_000)
    config = replace(SMALL, dim=100, window=10, negatives=10)
    merging = {"sync_rows": 300, "round_tokens": 40_000}
    options = {"cluster": RayCluster("local", 2, **merging), "resume": True}
    options |= {"checkpoint": tmp_path / "run"}
    cut = train(corpus, config, callbacks=[Interrupting()], **options)
    assert cut.ending == "SIGINT"
    assert cut.merging.lost_rounds == 1
    assert 0 <= sum(r.centers for r in cut.history.epochs[1:]) < len(corpus)
    result = train(corpus, config, **options)
    simulated = train(corpus, config, cluster=SimulatedCluster(2, **merging))
    assert bits_of(result) == bits_of(simulated)
    assert facts_of(result.merging) == simulated.merging


@pytest.fixture
def saved(corpus, tmp_path):
    corpus.save(tmp_path / "text")
    return EncodedCorpus.load(tmp_path / "text")


def test_a_corpus_that_a_node_does_not_see_is_told(here, saved):
    saved.folder.rename(saved.folder.with_name("elsewhere"))
    with pytest.raises(ClusterError, match=r"cannot load the encoded corpus .*text"):
        train(saved, SMALL, cluster="local:2")


def test_another_corpus_on_a_node_is_told(here, saved, make_corpus):
    make_corpus([20] * 50).save(saved.folder, overwrite=True)
    with pytest.raises(ClusterError, match="is another one: its fingerprint is"):
        train(saved, SMALL, cluster="local:2")


def test_other_versions_on_a_node_are_told(here, corpus, monkeypatch):
    mine = worker.versions() | {"numba": "0.1"}
    monkeypatch.setattr(ray_crew, "versions", lambda: mine)
    with pytest.raises(ClusterError, match=r"has numba .* \(here 0\.1\)"):
        train(corpus, SMALL, cluster="local:2")


def test_too_few_processors_are_told(here, corpus):
    cluster = RayCluster("local", 2, patience=1.0)
    with pytest.raises(
        ClusterError, match=r"workers of \[99, 99\] threads did not start"
    ):
        train(corpus, replace(SMALL, threads=99), cluster=cluster)


def test_a_store_too_small_to_merge_in_is_told(corpus):
    config = replace(SMALL, dim=1_000)
    needed = ray_start.stores_needed(corpus, config, RayCluster("local", 2))
    assert needed[1] > needed[0] > 0
    small = ray_start.Place("1", "n1", 1, needed[1] - 1)
    ray_start.check_stores([small], needed)
    with pytest.raises(ClusterError, match=f"--object-store-memory={needed[1]}"):
        ray_start.check_stores([small, small], needed)
    with pytest.raises(ClusterError, match="MB free: make it larger"):
        ray_start.check_shared_memory(1 << 60)


def test_nobody_at_the_address_is_told(saved, tmp_path):
    done = subprocess.run(
        command(saved.folder, tmp_path / "out.txt", "--cluster", "auto"),
        env=environment(RAY_ADDRESS="127.0.0.1:1"), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "no Ray cluster at address 'auto'" in done.stderr
    assert "start one with 'ray start --head'" in done.stderr


def test_a_token_that_is_missing_is_told(corpus, monkeypatch):
    def init(**_):
        # As Ray 2.60 does.
        raise ConnectionError("Failed to connect") from RuntimeError(
            "ray.exceptions.AuthenticationError: RPC error: InvalidAuthToken"
        )

    ray = ray_start.import_ray()
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", init)
    with pytest.raises(
        ClusterError, match=r"asks for a token: copy ~/\.ray/auth_token"
    ):
        train(corpus, SMALL, cluster=RayCluster("10.0.0.1:6379", 2))


def test_a_missing_extra_is_told(corpus, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'fastw2v\[ray\]'"):
        train(corpus, SMALL, cluster="local:2")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"address": ""}, "address is ''"),
        ({"workers": 0}, "workers is 0"),
        ({"dealing": "fast"}, "dealing is 'fast'"),
        ({"patience": 0.0}, "patience is 0"),
        ({"kappa": 0.01}, "kappa is 0.01"),
        ({"overlap": 1}, "overlap is 1"),
    ],
)
def test_values_out_of_range_are_refused(values, message):
    with pytest.raises(ConfigError, match=message):
        RayCluster(**values)


def command(folder, output, *options):
    return [sys.executable, "-m", "fastw2v", "train", str(folder), "-o", str(output),
            "--dim", "16", "--threads", "1", *options]  # fmt: skip


def environment(**more):
    return os.environ | {"FASTW2V_CACHE": "1"} | more


def same_as_simulated(output, folder, config):
    expected = train(EncodedCorpus.load(folder), config, cluster="sim:2")
    found = KeyedVectors.load(output)
    return found.vectors.tobytes() == expected.vectors.vectors.tobytes()


def test_two_nodes_that_meet_over_tcp(saved, tmp_path):
    from ray.cluster_utils import Cluster

    nodes = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 1, "object_store_memory": STORE},
    )
    try:
        nodes.add_node(num_cpus=1, object_store_memory=STORE)
        output = tmp_path / "out.safetensors"
        done = subprocess.run(
            command(saved.folder, output, "--epochs", "2", "--cluster", "auto", "--json"),
            env=environment(RAY_ADDRESS=nodes.address), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
    finally:
        nodes.shutdown()
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout)["merging"]["merges"] > 2
    assert same_as_simulated(output, saved.folder, SMALL)


def long_run(make_corpus, tmp_path, *options):
    """Start a run of hours, and return its process once it has a checkpoint."""
    folder, checkpoint = tmp_path / "long", tmp_path / "run.checkpoint"
    make_corpus([20] * 20_000, vocabulary=2_000).save(folder)
    begun = command(
        folder, tmp_path / "out.safetensors", "--cluster", "local:2",
        "--checkpoint", str(checkpoint), "--every", "1epoch", *options,
    )  # fmt: skip
    run = subprocess.Popen(
        begun, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    while not checkpoint.exists():
        assert run.poll() is None, run.stderr.read()[-2000:]
        time.sleep(0.02)
    return run, begun


def test_a_worker_that_is_killed_does_not_show_in_the_output(make_corpus, tmp_path):
    run, _ = long_run(make_corpus, tmp_path, "--epochs", "30", "--json")
    while not (found := actors_of(run.pid, "ray::Worker.train")):
        assert run.poll() is None
    os.kill(found[0], signal.SIGKILL)
    output, said = run.communicate()
    assert run.returncode == 0, said[-2000:]
    assert json.loads(output)["merging"]["lost_rounds"] == 1
    assert "A worker died" in said


def test_a_driver_that_is_killed_goes_on_to_the_same_bits(make_corpus, tmp_path):
    run, begun = long_run(make_corpus, tmp_path, "--epochs", "6")
    run.kill()
    run.communicate()
    assert not (tmp_path / "out.safetensors").exists()
    subprocess.run([*begun, "--resume"], env=environment(), check=True)
    config = replace(SMALL, epochs=6)
    assert same_as_simulated(tmp_path / "out.safetensors", tmp_path / "long", config)


def test_ctrl_c_saves_vectors_and_ends_what_was_started(make_corpus, tmp_path):
    run, _ = long_run(make_corpus, tmp_path, "--epochs", "10000")
    workers = actors_of(run.pid, "ray::Worker")
    assert len(workers) == 2
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "--resume" in said
    assert len(KeyedVectors.load(tmp_path / "out.safetensors")) > 1_000
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)
