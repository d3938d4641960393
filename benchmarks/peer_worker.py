"""Train one peer in this process and print what it took, as JSON.

Run by peers.py, one process per training, so that peak memory is the peer's own
and no peer warms another's caches.
"""

import argparse
import importlib
import json
import resource
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

Seconds = dict[str, float]


def train_fastw2v(arguments: argparse.Namespace) -> Seconds:
    import fastw2v

    began = time.perf_counter()
    corpus = fastw2v.encode(
        arguments.corpus, min_count=arguments.min_count, threads=arguments.threads
    )
    encoded = time.perf_counter()
    config = fastw2v.TrainConfig(
        dim=arguments.dim,
        window=arguments.window,
        negatives=arguments.negatives,
        subsample=arguments.subsample,
        epochs=arguments.epochs,
        learning_rate=arguments.learning_rate,
        min_learning_rate=arguments.min_learning_rate,
        decay=arguments.decay,
        batching=arguments.peer.removeprefix("fastw2v-"),
        architecture=arguments.architecture,
        hierarchical_softmax=arguments.hierarchical_softmax,
        threads=arguments.threads,
        seed=arguments.seed,
    )
    result = fastw2v.train(corpus, config)
    result.vectors.save_word2vec_format(arguments.output, binary=True)
    return {
        "vocabulary": encoded - began,
        "training": result.history.seconds,
        "total": time.perf_counter() - began,
    }


def train_gensim(arguments: argparse.Namespace) -> Seconds:
    """Train gensim's class, or fastw2v's of the same name: only the import differs."""
    package = "fastw2v" if arguments.peer.startswith("dropin") else "gensim"
    word2vec = importlib.import_module(f"{package}.models.word2vec")
    if arguments.peer.endswith("-file"):
        text = {"corpus_file": arguments.corpus}
    else:
        text = {"corpus_iterable": word2vec.LineSentence(arguments.corpus)}
    began = time.perf_counter()
    model = word2vec.Word2Vec(
        sg=int(arguments.architecture == "skipgram"),
        hs=int(arguments.hierarchical_softmax),
        vector_size=arguments.dim,
        window=arguments.window,
        negative=arguments.negatives,
        sample=arguments.subsample,
        min_count=arguments.min_count,
        alpha=arguments.learning_rate,
        min_alpha=arguments.min_learning_rate,
        workers=arguments.threads,
        seed=arguments.seed,
    )
    model.build_vocab(**text)
    built = time.perf_counter()
    model.train(
        **text,
        total_examples=model.corpus_count,
        total_words=model.corpus_total_words,
        epochs=arguments.epochs,
    )
    trained = time.perf_counter()
    model.wv.save_word2vec_format(arguments.output, binary=True)
    return {
        "vocabulary": built - began,
        "training": trained - built,
        "total": time.perf_counter() - began,
    }


def train_word2vec_c(arguments: argparse.Namespace) -> Seconds:
    """Run the original twice: without -output it stops after the vocabulary."""
    settings = {
        "-train": arguments.corpus,
        "-cbow": int(arguments.architecture == "cbow"),
        "-hs": int(arguments.hierarchical_softmax),
        "-size": arguments.dim,
        "-window": arguments.window,
        "-negative": arguments.negatives,
        "-sample": arguments.subsample,
        "-min-count": arguments.min_count,
        "-alpha": arguments.learning_rate,
        "-threads": arguments.threads,
        "-iter": arguments.epochs,
        "-binary": 1,
        "-debug": 0,
    }

    def run(**more: object) -> float:
        options = settings | {f"-{name}": value for name, value in more.items()}
        words = [str(word) for pair in options.items() for word in pair]
        began = time.perf_counter()
        subprocess.run([arguments.word2vec, *words], check=True)
        return time.perf_counter() - began

    vocabulary, total = run(), run(output=arguments.output)
    return {
        "vocabulary": vocabulary,
        "training": total - vocabulary,
        "total": total,
    }


PEERS: dict[str, Callable[[argparse.Namespace], Seconds]] = {
    "fastw2v-pair": train_fastw2v,
    "fastw2v-window": train_fastw2v,
    "dropin-file": train_gensim,
    "dropin-iterable": train_gensim,
    "gensim-file": train_gensim,
    "gensim-iterable": train_gensim,
    "word2vec.c": train_word2vec_c,
}


def peak_memory_bytes() -> int:
    """Return the highest resident memory of this process or its children.

    Of this process from Linux's own account, because getrusage goes on counting
    from what the parent had.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    own = int(status.partition("VmHWM:")[2].split()[0])
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(own, children) * 1024


def add_training_options(parser: argparse.ArgumentParser) -> None:
    """Add the settings that all peers share."""
    parser.add_argument("corpus", help="a plain text file, a sentence a line")
    parser.add_argument("--dim", type=int, default=100)
    parser.add_argument("--window", type=int, default=5)
    parser.add_argument("--negatives", type=int, default=5)
    parser.add_argument("--subsample", type=float, default=1e-3)
    parser.add_argument("--min-count", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--learning-rate", type=float, default=0.025)
    parser.add_argument("--min-learning-rate", type=float, default=1e-4)
    parser.add_argument("--decay", type=float, default=1.0, help="fastw2v's alone")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--architecture", choices=["skipgram", "cbow"], default="skipgram"
    )
    parser.add_argument("--hierarchical-softmax", action="store_true")
    parser.add_argument("--word2vec", help="path of the original's binary")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add_training_options(parser)
    parser.add_argument("--peer", required=True, choices=PEERS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    seconds = PEERS[arguments.peer](arguments)
    print(json.dumps({"seconds": seconds, "peak_memory": peak_memory_bytes()}))


if __name__ == "__main__":
    main()
