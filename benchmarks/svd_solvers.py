r"""Truncated SVD of a PPMI matrix: fastw2v against SciPy's solvers and a random one.

    python benchmarks/svd_solvers.py text.txt --dim 100 --save svd-solvers

Accuracy is how much of the exact subspace (fastw2v's own, at full accuracy, checked
against ARPACK's) a solver's right vectors hold: the mean squared cosine of the
principal angles.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import results
from scipy.linalg import qr
from scipy.sparse.linalg import svds

import fastw2v
from fastw2v.counts import CountConfig, count_cooccurrences, pmi, truncated_svd

Solver = Callable[[Any, int], tuple[Any, Any]]


def with_scipy(solver: str) -> Solver:
    def run(matrix: Any, dim: int) -> tuple[Any, Any]:
        _, s, vt = svds(matrix, dim, solver=solver)
        return np.sort(s)[::-1], vt.T

    return run


def subspace_iteration(iterations: int) -> Solver:
    """Halko, Martinsson and Tropp (2011), algorithms 4.4 and 5.1, 20 columns more."""

    def run(matrix: Any, dim: int) -> tuple[Any, Any]:
        start = np.random.default_rng(1).standard_normal((matrix.shape[1], dim + 20))
        transposed = matrix.T.tocsr()
        basis = qr(matrix @ start.astype(np.float32), mode="economic")[0]
        for _ in range(iterations):
            basis = qr(transposed @ basis, mode="economic")[0]
            basis = qr(matrix @ basis, mode="economic")[0]
        _, s, vt = np.linalg.svd((transposed @ basis).T, full_matrices=False)
        return s[:dim], vt[:dim].T

    return run


def with_fastw2v(matrix: Any, dim: int) -> tuple[Any, Any]:
    svd = truncated_svd(matrix, dim)
    return svd.s, svd.v


SOLVERS: dict[str, Solver] = {
    "fastw2v": with_fastw2v,
    "svds, arpack": with_scipy("arpack"),
    "svds, propack": with_scipy("propack"),
    "svds, lobpcg": with_scipy("lobpcg"),
    "randomized, 5 iterations": subspace_iteration(5),
    "randomized, 10 iterations": subspace_iteration(10),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus")
    parser.add_argument("--dim", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--solvers", nargs="+", choices=SOLVERS, default=list(SOLVERS))
    parser.add_argument("--save", metavar="NAME", help="write results/NAME.json")
    arguments = parser.parse_args()
    counted = count_cooccurrences(fastw2v.encode(arguments.corpus), CountConfig())
    matrix = pmi(counted.matrix)
    exact = truncated_svd(matrix, arguments.dim)
    rows = {name: {"solver": name, "seconds": []} for name in arguments.solvers}
    for _ in range(arguments.rounds):
        for name, row in rows.items():
            began = time.perf_counter()
            s, v = SOLVERS[name](matrix, arguments.dim)
            row["seconds"].append(time.perf_counter() - began)
            row["captured"] = float(np.sum((exact.v.T @ v) ** 2) / arguments.dim)
            row["worst_value"] = float(np.abs(s / exact.s - 1).max())
            print(row, flush=True)
    settings = {
        "corpus": Path(arguments.corpus).name,
        "dim": arguments.dim,
        "words": matrix.shape[0],
        "entries": int(matrix.nnz),
    }
    if arguments.save:
        found = {"settings": settings, "rows": list(rows.values())}
        print(results.save(arguments.save, found))


if __name__ == "__main__":
    main()
