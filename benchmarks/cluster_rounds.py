r"""How many rounds a run needs: the quality of replicas against the length of a round.

    python benchmarks/cluster_rounds.py text.txt --analogies questions-words.txt \
        --pairs wordsim353.tsv simlex999.tsv --save cluster-rounds

For each number of workers W the rounds are as long as make 2 W^2, 8 W^2 and 32 W^2 of
the run, where shards are short enough. One thread each; a saved run is not repeated.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import cluster_quality
import results
from peers import add_scoring_options, score_vectors
from quality import saved_runs

import fastw2v
from fastw2v.training.shards import cut_into_shards

_TIMES_SQUARED = (2, 8, 32)
Run = dict[str, Any]


def wanted_runs(tokens: int, shard: int, workers: list[int]) -> list[Run]:
    """Return the lengths of rounds, where they are a shard or longer."""
    runs: list[Run] = [{"workers": 1, "round_tokens": None}]
    for w in workers:
        lengths = [tokens // (w * times * w * w) for times in _TIMES_SQUARED]
        runs += [{"workers": w, "round_tokens": n} for n in lengths if n >= shard]
    return runs


def measure(
    corpus: fastw2v.EncodedCorpus, config: fastw2v.TrainConfig, run: Run
) -> tuple[fastw2v.KeyedVectors, Run]:
    """Train one run; return also how merging went."""
    if run["round_tokens"] is None:
        return fastw2v.train(corpus, config).vectors, run
    cluster = fastw2v.SimulatedCluster(**run)
    result = fastw2v.train(corpus, config, cluster=cluster)
    assert isinstance(result, fastw2v.ClusterResult)
    return result.vectors, run | {"merging": result.merging.as_dict()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", help="a plain text file, a sentence a line")
    add_scoring_options(parser)
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 4, 8])
    parser.add_argument("--dim", type=int, default=100)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--learning-rate", type=float, default=0.05)
    parser.add_argument("--save", metavar="NAME", help="results/NAME.json")
    arguments = parser.parse_args()

    done = saved_runs(arguments.save) if arguments.save else []
    have = [(run["workers"], run["round_tokens"]) for run in done]
    corpus = fastw2v.encode(arguments.corpus)
    config = fastw2v.TrainConfig(
        dim=arguments.dim,
        epochs=arguments.epochs,
        learning_rate=arguments.learning_rate,
        threads=1,
    )
    tokens = len(corpus) * config.epochs
    shard = len(corpus) // (len(cut_into_shards(corpus.offsets, config)) - 1)
    settings = config.as_dict() | {
        "corpus": Path(arguments.corpus).name,
        "tokens": len(corpus),
        "vocabulary": len(corpus.vocab),
        "restrict_vocab": arguments.restrict_vocab,
    }
    for run in wanted_runs(tokens, shard, arguments.workers):
        if (run["workers"], run["round_tokens"]) in have:
            continue
        vectors, found = measure(corpus, config, run)
        done.append(found | {"quality": score_vectors(vectors, arguments)})
        print(done[-1], file=sys.stderr, flush=True)
        if arguments.save:
            results.save(arguments.save, {"settings": settings, "runs": done})
    base = cluster_quality.mean_quality(done[0])
    for run in done:
        mean = cluster_quality.mean_quality(run)
        merges = run.get("merging", {}).get("merges", 0)
        print(f"W={run['workers']} {merges} merges: {mean:.1f} ({mean - base:+.1f})")


if __name__ == "__main__":
    main()
