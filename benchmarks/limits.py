r"""How far the trainer is from the limits of the machine, and what holds it back.

    python benchmarks/limits.py text.txt --save limits

One process trains the same shards in turns: whole, without some of the work, with a
vocabulary that fits the nearer caches, and on all cores with the weights shared or
one copy for each thread. Beside it stand the multiply-adds that the processor does in
registers, which is the limit of arithmetic.
"""

import argparse
import statistics
import sys
import threading
import time
from dataclasses import replace
from typing import Any

import numpy as np
import results
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from variants.copies import copy_kernels

import fastw2v
from fastw2v.bundles import new_scratch
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.vocab import Vocab
from fastw2v.cpus import available_cpus
from fastw2v.kernels import hogwild
from fastw2v.kernels._jit import entry_kernel, kernel
from fastw2v.kernels.emit import register_bytes
from fastw2v.reference.private import copy_rows, merge_rows
from fastw2v.training.shards import largest_shard, plan_epoch, shard_bounds
from fastw2v.training.work import Work, prepare_work

CHAINS, CALLS = 12, 200_000
NEAR_WORDS = 1_000
SHARD = 10_000


@kernel
def no_step(weights, scratch, inputs, outputs, targets, learning_rate, shape):
    """Stand in for `logistic.step`."""


@kernel
def no_prefetch(matrix, rows, span):
    """Stand in for `rows.prefetch_rows`."""


_WITHOUT_STEP = {"step": no_step}
_WITHOUT_PREFETCH = {"prefetch_rows": no_prefetch}
WALK = copy_kernels(logistic=_WITHOUT_STEP, rows=_WITHOUT_PREFETCH)["hogwild"]
WALK_AND_FETCH = copy_kernels(logistic=_WITHOUT_STEP)["hogwild"]
WITHOUT_PREFETCH = copy_kernels(rows=_WITHOUT_PREFETCH)["hogwild"]


@intrinsic
def multiply_adds(typingctx, calls):
    """Run `calls` rounds of 12 independent multiply-adds on full registers."""

    def codegen(context, builder, signature, args):
        lanes = register_bytes(context) // 4
        vector = ir.VectorType(ir.FloatType(), lanes)
        kind = ir.FunctionType(vector, [vector] * 3)
        fma = cgutils.get_or_insert_function(
            builder.module, kind, f"llvm.fma.v{lanes}f32"
        )
        factor = ir.Constant(vector, [0.999] * lanes)
        sums = [
            cgutils.alloca_once_value(builder, ir.Constant(vector, [k + 1.0] * lanes))
            for k in range(CHAINS)
        ]
        with cgutils.for_range(builder, args[0]):
            for each in sums:
                value = builder.call(fma, [builder.load(each), factor, factor])
                builder.store(value, each)
        total = builder.load(sums[0])
        for each in sums[1:]:
            total = builder.fadd(total, builder.load(each))
        first = builder.extract_element(total, ir.Constant(ir.IntType(32), 0))
        # So that the code can say how wide its registers were.
        width = ir.Constant(ir.FloatType(), float(lanes))
        return context.make_tuple(builder, signature.return_type, [first, width])

    return types.UniTuple(types.float32, 2)(types.int64), codegen


@entry_kernel
def peak_kernel(calls):
    """Call `multiply_adds`."""
    return multiply_adds(calls)


def peak_gflops() -> float:
    """Return the multiply-adds of one core, 2 operations each, in 10**9 a second."""
    began = time.perf_counter()
    _, lanes = peak_kernel(np.int64(CALLS))
    return CHAINS * CALLS * 2 * lanes / (time.perf_counter() - began) / 1e9


def folded(corpus: EncodedCorpus, size: int) -> EncodedCorpus:
    """Return the same text with words w, w + size, w + 2 size ... made one."""
    tokens = corpus.tokens % size
    counts = np.bincount(tokens, minlength=size)
    order = np.argsort(-counts, kind="stable")
    number = np.empty(size, np.int32)
    number[order] = np.arange(size)
    words = [f"w{i}" for i in range(size)]
    arrays = number[tokens], counts[order]
    for array in arrays:
        array.flags.writeable = False
    vocab = Vocab(words, arrays[1])
    return EncodedCorpus(arrays[0], corpus.offsets, vocab, corpus.raw_tokens)


def nanoseconds_per_pair(
    module, works: list[Work], shards, first: int, n: int
) -> float:
    """Train n shards with one thread for each of `works`; return ns a pair and thread."""
    waiting = iter(range(first, first + n))
    taking, pairs = threading.Lock(), []

    def pull(worker: int, work: Work) -> None:
        weights, settings = work.weights, work.settings
        scratch = new_scratch(weights, settings, largest_shard(shards), worker)
        copy_rows(weights, scratch)
        while True:
            with taking:
                i = next(waiting, None)
            if i is None:
                break
            pairs.append(module.train_shard(*work, shards, i, scratch).pairs)
        merge_rows(weights, scratch, settings.private)

    threads = [threading.Thread(target=pull, args=each) for each in enumerate(works)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - began) * 1e9 * len(works) / sum(pairs)


def contenders(corpus, near, config) -> dict[str, tuple[Any, list[Work]]]:
    """Return for each row of the table the kernels and the weights of each thread."""
    n = available_cpus()
    own = [prepare_work(corpus, config) for _ in range(n)]
    close = [prepare_work(near, config)]
    one, shared = own[:1], own[:1] * n
    rows = {
        "walk and draws alone": (WALK, one),
        "with prefetching": (WALK_AND_FETCH, one),
        f"whole, {NEAR_WORDS} words": (hogwild, close),
        "whole": (hogwild, one),
        "whole without prefetching": (WITHOUT_PREFETCH, one),
    }
    if n > 1:
        together = prepare_work(corpus, replace(config, threads=n))
        rows[f"whole, {n} threads"] = (hogwild, [together] * n)
        rows[f"whole, {n} threads, no private rows"] = (hogwild, shared)
        rows[f"whole, {n} threads, own weights"] = (hogwild, own)
    return rows


def measure(corpus, near, dim: int, batching: str, arguments) -> list[dict[str, Any]]:
    """Run all contenders in turns on fresh shards."""
    config = fastw2v.TrainConfig(dim=dim, batching=batching, threads=1)
    rows = contenders(corpus, near, config)
    shards = plan_epoch(corpus.offsets, shard_bounds(corpus.offsets, SHARD), config, 0)
    n = arguments.shards
    for module, works in rows.values():
        nanoseconds_per_pair(module, works, shards, 0, 2 * n)  # compiles, warms up
    times: dict[str, list[float]] = {name: [] for name in rows}
    peaks = []
    for round_ in range(arguments.rounds):
        peaks.append(peak_gflops())
        for name, (module, works) in rows.items():
            first = (2 + round_) * n
            times[name].append(nanoseconds_per_pair(module, works, shards, first, n))
    flop = 6 * dim * (config.negatives + 1)
    limit = flop / statistics.median(peaks)
    found = [
        {"name": name, "ns": values, "limit_ns": limit}
        for name, values in times.items()
    ]
    for row in found:
        print(
            dim,
            batching,
            row["name"],
            results.with_spread(row["ns"], 0),
            f"{limit:.0f}",
        )
        sys.stdout.flush()
    return [row | {"dim": dim, "batching": batching} for row in found]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", help="a plain text file, a sentence a line")
    parser.add_argument("--dims", type=int, nargs="+", default=[100, 300])
    parser.add_argument("--shards", type=int, default=20, help="of 10 000 words, a run")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--save", metavar="NAME", help="write results/NAME.json")
    arguments = parser.parse_args()
    corpus = fastw2v.encode(arguments.corpus)
    if len(corpus.tokens) < SHARD * arguments.shards * (arguments.rounds + 2):
        parser.error(f"{arguments.corpus} has too few words for so many rounds")
    near = folded(corpus, NEAR_WORDS)
    peak_gflops()
    rows = [
        row
        for dim in arguments.dims
        for batching in ("pair", "window")
        for row in measure(corpus, near, dim, batching, arguments)
    ]
    if arguments.save:
        print(results.save(arguments.save, {"rows": rows}))


if __name__ == "__main__":
    main()
