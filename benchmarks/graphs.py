r"""Few words: nodes of a graph with communities, windows against pairs and gensim.

    python benchmarks/graphs.py --communities 4 20 80 320 --seeds 3 --save graphs

Random walks over a planted graph are the sentences (node2vec's use of Word2Vec), all
trainers have gensim's defaults for skip-gram with window 10, and one thread. Quality is
the share of a node's ten nearest neighbours that are of its community of 50.
"""

import argparse
import importlib
import time
from typing import Any

import numpy as np
import results

import fastw2v

MEMBERS, WALKS, STEPS = 50, 10, 30
INSIDE, OUTSIDE = 12, 3
DIM, WINDOW, EPOCHS = 64, 10, 5


def walks_over(communities: int, rng: np.random.Generator) -> list[list[str]]:
    """Return random walks over nodes with some 12 edges inside and 3 outside."""
    nodes = communities * MEMBERS
    own = np.arange(nodes)
    ends = []
    for edges, first, size in (
        (INSIDE // 2, own // MEMBERS * MEMBERS, MEMBERS),
        (OUTSIDE // 2, np.zeros(nodes, np.int64), nodes),
    ):
        other = first[:, None] + rng.integers(0, size, (nodes, edges))
        ends.append(np.column_stack([np.repeat(own, edges), other.ravel()]))
    edges = np.concatenate(ends)
    edges = np.concatenate([edges, edges[:, ::-1]])
    edges = edges[np.argsort(edges[:, 0], kind="stable")]
    starts = np.searchsorted(edges[:, 0], np.arange(nodes + 1))
    places = np.tile(rng.permutation(nodes), WALKS)
    steps = [places]
    for _ in range(STEPS - 1):
        degree = np.diff(starts)[places]
        places = edges[
            starts[places] + (rng.random(len(places)) * degree).astype(int), 1
        ]
        steps.append(places)
    return [list(map(str, walk)) for walk in np.stack(steps, axis=1).tolist()]


def neighbours_alike(vectors: Any, nodes: int) -> float:
    """Return the mean share of a node's ten nearest that are of its community."""
    rows = np.stack([vectors[str(node)] for node in range(nodes)])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    community = np.arange(nodes) // MEMBERS
    alike = 0
    for first in range(0, nodes, 1024):
        cosines = rows[first : first + 1024] @ rows.T
        own = np.arange(len(cosines))
        cosines[own, first + own] = -np.inf
        near = np.argpartition(cosines, -10)[:, -10:]
        alike += (community[near] == community[first + own, None]).sum()
    return float(alike / (10 * nodes))


def train_fastw2v(walks: list[list[str]], batching: Any, seed: int) -> Any:
    config = fastw2v.TrainConfig(
        dim=DIM,
        window=WINDOW,
        epochs=EPOCHS,
        learning_rate=0.025,
        batching=batching,
        threads=1,
        seed=seed,
    )
    return fastw2v.train(fastw2v.encode(walks, min_count=1), config).vectors


def train_class(walks: list[list[str]], package: str, seed: int) -> Any:
    word2vec = importlib.import_module(f"{package}.models.word2vec")
    model = word2vec.Word2Vec(
        walks,
        vector_size=DIM,
        window=WINDOW,
        epochs=EPOCHS,
        min_count=1,
        sg=1,
        workers=1,
        seed=seed,
    )
    return model.wv


TRAINERS = {
    "gensim": lambda walks, seed: train_class(walks, "gensim", seed),
    "fastw2v.models.Word2Vec": lambda walks, seed: train_class(walks, "fastw2v", seed),
    "fastw2v, pair": lambda walks, seed: train_fastw2v(walks, "pair", seed),
    "fastw2v, window": lambda walks, seed: train_fastw2v(walks, "window", seed),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--communities", type=int, nargs="+", default=[4, 20, 80])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--save", metavar="NAME", help="write results/NAME.json")
    arguments = parser.parse_args()
    rows = []
    for communities in arguments.communities:
        nodes = communities * MEMBERS
        walks = walks_over(communities, np.random.default_rng(1))
        for name, train in TRAINERS.items():
            scores, seconds = [], []
            for seed in range(1, arguments.seeds + 1):
                began = time.perf_counter()
                vectors = train(walks, seed)
                seconds.append(time.perf_counter() - began)
                scores.append(neighbours_alike(vectors, nodes))
            row = {"nodes": nodes, "trainer": name, "quality": scores}
            rows.append(row | {"seconds": seconds})
            print(rows[-1], flush=True)
    if arguments.save:
        print(results.save(arguments.save, {"rows": rows}))


if __name__ == "__main__":
    main()
