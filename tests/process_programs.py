"""Programs that train in several threads and processes; test_processes.py runs them.

Each function is one program, run as `python process_programs.py NAME`. What it prints
last is what it found.
"""

import hashlib
import multiprocessing
import os
import signal
import sys
import threading
import time

import numpy as np

from fastw2v import Callback, EncodedCorpus, TrainConfig, Vocab, train

WORDS = 300


def corpus(seed=1):
    rng = np.random.default_rng(seed)
    ranks = np.minimum(rng.zipf(1.3, 40_000), WORDS) - 1
    ranks[:WORDS] = np.arange(WORDS)
    _, tokens, counts = np.unique(ranks, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    number = np.argsort(order)
    return EncodedCorpus(
        np.ascontiguousarray(number[tokens], np.int32),
        np.arange(0, 40_001, 20),
        Vocab([f"w{i}" for i in range(len(counts))], counts[order]),
        40_000,
    )


def vectors(seed=1, epochs=2, backend="threads", threads=1):
    """Train; with one thread the result follows from the arguments alone."""
    config = TrainConfig(
        dim=16, epochs=epochs, seed=seed, backend=backend, threads=threads
    )
    return train(corpus(), config).vectors.vectors


def digest(seed=1, **options):
    return hashlib.sha256(vectors(seed, **options).tobytes()).hexdigest()


def alone():
    return [digest(1), digest(2)]


def two_at_once():
    found = {}

    def run(seed):
        found[seed] = digest(seed)

    threads = [threading.Thread(target=run, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[1], found[2]]


def two_of_many_threads():
    """Results differ from run to run, but each has learned all of its own text."""
    found = {}

    def run(seed):
        found[seed] = vectors(seed, threads=4)

    threads = [threading.Thread(target=run, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    once = vectors(1)
    return [
        bool(np.isfinite(v).all() and v.shape == once.shape) for v in found.values()
    ]


def children(method):
    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        return pool.map(digest, [1, 2])


def fork():
    digest(1, threads=2)  # so that there were threads, and compiled code, before
    return children("fork")


def spawn():
    return children("spawn")


def forkserver():
    return children("forkserver")


def fork_while_training():
    """A child made in the midst of a training trains on its own."""
    found = []

    class Fork(Callback):
        def on_epoch_end(self, state):
            if not found:
                found.extend(children("fork"))

    train(corpus(), TrainConfig(dim=16, epochs=2, threads=2), callbacks=[Fork()])
    return found


def end_of_a_child():
    """How a child made in the midst of a training ends when it is told to."""
    found = []

    class Fork(Callback):
        def on_epoch_end(self, state):
            child = os.fork()
            if child == 0:
                signal.pause()
            os.kill(child, signal.SIGTERM)
            found.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

    train(corpus(), TrainConfig(dim=16, epochs=1, threads=2), callbacks=[Fork()])
    return found


def fork_after_prange():
    digest(1, backend="prange", threads=2)
    return children("fork")


def joblib():
    import joblib

    jobs = joblib.Parallel(n_jobs=2, backend="loky")
    return jobs(joblib.delayed(digest)(seed) for seed in (1, 2))


def joblib_returns_results():
    """Corpora and results travel between processes whole."""
    import joblib

    config = TrainConfig(dim=16, epochs=2, threads=1)
    jobs = joblib.Parallel(n_jobs=2, backend="loky")
    results = jobs(joblib.delayed(train)(corpus(), config) for _ in range(2))
    return [hashlib.sha256(r.vectors.vectors.tobytes()).hexdigest() for r in results]


def exit_during_training():
    """The main thread ends the interpreter while another thread trains."""
    began = threading.Event()

    class Tell(Callback):
        def on_epoch_begin(self, state):
            began.set()

    # Epochs of minutes: workers that were waited for would train to the end of one.
    config = TrainConfig(
        dim=2_000, window=200, negatives=20, subsample=0.0, epochs=9, threads=2
    )
    background = threading.Thread(
        target=train,
        args=(corpus(), config),
        kwargs={"callbacks": [Tell()]},
        daemon=True,
    )
    background.start()
    began.wait()
    time.sleep(0.5)
    return [background.is_alive()]


if __name__ == "__main__":
    import json

    print(json.dumps(globals()[sys.argv[1]]()), flush=True)
