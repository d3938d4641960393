"""Uses all of fastw2v but `fetch`, with every use of the network an error.

Run by test_supply.py, as a program of its own.
"""

import importlib
import pkgutil
import sys
import tempfile
from pathlib import Path

NETWORK = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto",
           "socket.gethostbyname", "urllib.Request", "http.client.connect")  # fmt: skip
CODE = ("os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "pickle.find_class",
        "marshal.loads")  # fmt: skip


def watch(event, arguments):
    if event in NETWORK:
        raise RuntimeError(f"network: {event} {arguments}")
    if watching_code and event in CODE:
        raise RuntimeError(f"code: {event} {arguments}")


watching_code = False
sys.addaudithook(watch)


def use(folder: Path) -> None:
    from typer.testing import CliRunner

    import fastw2v
    from fastw2v.cli.app import app
    from fastw2v.counts import count_cooccurrences, pmi, svd_vectors, truncated_svd
    from fastw2v.models import Phrases, Word2Vec

    text = folder / "t.txt"
    text.write_text("a b c d\nb c a d\n" * 50)
    corpus = fastw2v.encode(text, min_count=1, output=folder / "c")
    config = fastw2v.TrainConfig(dim=4, epochs=1, threads=2)
    kv = fastw2v.train(corpus, config).vectors
    kv.save(folder / "v.safetensors")
    kv.save_word2vec_format(folder / "v.txt")
    fastw2v.KeyedVectors.load(folder / "v.safetensors").most_similar("a")
    fastw2v.KeyedVectors.load_word2vec_format(folder / "v.txt")
    counted = count_cooccurrences(corpus)
    svd_vectors(truncated_svd(pmi(counted.matrix), 2), counted)
    (folder / "q.txt").write_text(": x\na b c d\n")
    fastw2v.evaluate_analogies(kv, folder / "q.txt")
    model = Word2Vec(corpus_file=str(text), vector_size=3, min_count=1)
    model.save(folder / "m")
    Word2Vec.load(folder / "m")
    Phrases([["a", "b"]] * 9, min_count=1).save(folder / "p")
    for words in (["train", text, "-o", folder / "o.vec", "--min-count", 1],
                  ["similar", folder / "o.vec", "a"], ["info"], ["fetch"]):  # fmt: skip
        result = CliRunner().invoke(app, [str(word) for word in words])
        assert result.exit_code == 0, result.output


if __name__ == "__main__":
    import fastw2v

    for module in pkgutil.walk_packages(fastw2v.__path__, "fastw2v."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    with tempfile.TemporaryDirectory() as top:
        use(Path(top))
    print("no network was used")
