"""What is planned is what a run of the same cluster then does."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

import fastw2v
from fastw2v import (
    ConfigError,
    CorpusSize,
    EncodedCorpus,
    RayCluster,
    SimulatedCluster,
    TrainConfig,
    Vocab,
    plan_cluster,
)
from fastw2v.cli.app import app
from fastw2v.cluster.plan import node_bytes
from fastw2v.training.work import prepare_work

SMALL = TrainConfig(dim=16, epochs=2, threads=1)
WILD = TrainConfig(dim=16, epochs=3, threads=1, learning_rate=0.3)


@pytest.mark.parametrize(
    ("config", "cluster"),
    [
        (SMALL, SimulatedCluster(4)),
        (SMALL, SimulatedCluster(1)),
        (SMALL, SimulatedCluster(4, sync_dtype="float16", round_tokens=4_000)),
        (WILD, SimulatedCluster(8, sync_rows=5)),
        (WILD, SimulatedCluster(3, sync_rows=5, overlap=True)),
        (
            TrainConfig(
                dim=16, epochs=1, threads=1, negatives=0, hierarchical_softmax=True
            ),
            SimulatedCluster(2),
        ),
        (TrainConfig(dim=16, epochs=1, threads=1, architecture="cbow"), "sim:4"),
    ],
    ids=str,
)
def test_merges_bytes_and_divisors_come_true(make_corpus, config, cluster):
    corpus = make_corpus([20] * 2_000, vocabulary=500)
    plan = plan_cluster(corpus, config, cluster=cluster)
    found = fastw2v.train(corpus, config, cluster=cluster).merging
    assert plan.merges == found.merges
    assert plan.delta_bytes == found.delta_bytes
    assert plan.widening == found.widening
    # Equal rows are added up at once.
    assert plan.mean_divisor == pytest.approx(found.mean_divisor, rel=1e-12)


def test_a_plan_can_foresee_widening(make_corpus):
    corpus = make_corpus([20] * 2_000, vocabulary=500)
    assert (
        plan_cluster(corpus, WILD, cluster=SimulatedCluster(8, sync_rows=5)).widening
        > 1
    )


def test_planning_says_nothing(make_corpus, caplog):
    corpus = make_corpus([20] * 2_000)
    plan = plan_cluster(corpus, WILD, cluster="sim:8")
    assert {finding.subject for finding in plan.findings} == {"rounds", "divisor"}
    assert not caplog.records


def test_network_and_times(make_corpus):
    corpus = make_corpus([20] * 2_000)
    plan = plan_cluster(
        corpus, SMALL, cluster="sim:4", network_gbit=0.1, tokens_per_second=1_000
    )
    assert plan.sent_bytes == 2 * plan.delta_bytes * 3 // 4
    assert plan.network_seconds == pytest.approx(plan.sent_bytes * 8 / 1e8)
    assert plan.one_node_seconds == 80.0
    assert plan.training_seconds == 20.0
    assert plan.speed_up == pytest.approx(80 / (20 + plan.network_seconds))
    half = plan_cluster(
        corpus, SMALL, cluster=SimulatedCluster(4, sync_dtype="float16")
    )
    assert half.sent_bytes * 2 == plan.sent_bytes
    assert half.speed_up is None


def test_memory_of_a_node_is_three_models_and_the_buffers():
    config = TrainConfig(dim=100, threads=2)
    words = 50_000
    vocab = Vocab([f"w{i}" for i in range(words)], np.ones(words, np.int64))
    tokens = np.arange(words, dtype=np.int32)
    corpus = EncodedCorpus(tokens, np.array([0, words]), vocab, words)
    work = prepare_work(corpus, config)
    replica = sum(matrix.nbytes for matrix in work.weights)
    base = sum(matrix[:words].nbytes for matrix in work.weights)
    hottest = sum(matrix[:32_768].nbytes for matrix in work.weights)
    least = replica + 2 * base + 2 * hottest
    assert least < node_bytes(words, config) < 1.25 * least


def test_figures_stand_for_a_text_by_zipfs_law():
    plan = plan_cluster(CorpusSize(10**8, 10**5), SMALL, cluster="sim:8")
    assert (plan.tokens, plan.words, plan.epochs) == (10**8, 10**5, 2)
    assert plan.rounds >= 500
    assert 1.0 < plan.mean_divisor < 8.0
    assert plan.findings == () or plan.findings[0].subject != "rounds"


def test_what_makes_no_plan(make_corpus):
    corpus = make_corpus([20] * 100)
    with pytest.raises(ConfigError, match="does not say how many workers"):
        plan_cluster(corpus, SMALL, cluster="auto")
    assert plan_cluster(corpus, SMALL, cluster=RayCluster(workers=2)).workers == 2
    with pytest.raises(ConfigError, match="network_gbit is 0"):
        plan_cluster(corpus, SMALL, cluster="sim:2", network_gbit=0)
    with pytest.raises(ConfigError, match="tokens_per_second is -1"):
        plan_cluster(corpus, SMALL, cluster="sim:2", tokens_per_second=-1)
    with pytest.raises(ConfigError, match="words is 11"):
        CorpusSize(10, 11)
    with pytest.raises(TypeError, match="corpus is a list"):
        plan_cluster([], SMALL, cluster="sim:2")


def run(*words):
    return CliRunner().invoke(app, ["plan", *map(str, words)])


def test_the_command(make_corpus, tmp_path):
    make_corpus([20] * 2_000).save(tmp_path / "text")
    words = [tmp_path / "text", "-w", 4, "--dim", 16, "--epochs", 2, "--speed", 1e6]
    shown = run(*words)
    assert shown.exit_code == 0, shown.output
    assert "(128 wanted)" in shown.stdout
    assert "-> take 2 workers or more epochs." in shown.stdout
    plan = plan_cluster(
        fastw2v.EncodedCorpus.load(tmp_path / "text"),
        TrainConfig(dim=16, epochs=2),
        cluster="sim:4",
        tokens_per_second=1e6,
    )
    told = json.loads(run(*words, "--json").stdout)
    assert told == json.loads(json.dumps(plan.as_dict()))


def test_the_command_measures_the_speed(make_corpus, tmp_path):
    make_corpus([20] * 2_000).save(tmp_path / "text")
    result = run(tmp_path / "text", "-w", 2, "--dim", 8, "--threads", 1, "--measure")
    assert result.exit_code == 0, result.output
    assert "this machine trains" in result.stderr
    assert "the run on one node" in result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "either the folder of an encoded text, or both"),
        (["--tokens", 100], "either the folder of an encoded text, or both"),
        (["--tokens", 100, "--words", 10, "--measure"], "--measure needs a text"),
        (["gone"], "no folder gone"),
    ],
)
def test_what_the_command_refuses(words, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*words, "-w", 2)
    assert result.exit_code == 1
    assert message in result.stderr
