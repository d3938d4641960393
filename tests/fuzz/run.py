"""Fuzz one loader under coverage feedback, by atheris.

    pip install atheris
    python tests/fuzz/run.py native 300       # seconds

New inputs that reach new code are kept in build/fuzz/NAME for the next run; a finding
is written to build/fuzz/NAME-crash-*. Copy what matters to tests/fuzz/corpus/NAME,
which tests/test_fuzz_corpus.py replays.
"""

import sys
import tempfile
from pathlib import Path

import atheris

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

with atheris.instrument_imports(include=["fastw2v"]):
    from fuzz.loaders import LOADERS, load

LONGEST_SECONDS = 20
MEMORY_MIB = 1500


def main(name: str, seconds: str) -> None:
    inputs = Path("build/fuzz") / name
    inputs.mkdir(parents=True, exist_ok=True)
    memory = Path("/dev/shm")  # no disk is worn by it
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as top:
        folder = Path(top)
        (folder / "seeds").mkdir()
        for number, seed in enumerate(LOADERS[name].seeds(folder / "seeds")):
            (inputs / f"seed-{number}").write_bytes(seed)
        options = [
            f"-max_total_time={seconds}",
            f"-timeout={LONGEST_SECONDS}",
            f"-rss_limit_mb={MEMORY_MIB}",
            f"-malloc_limit_mb={MEMORY_MIB}",
            f"-artifact_prefix=build/fuzz/{name}-",
            "-max_len=16384",
            "-print_final_stats=1",
            "-verbosity=0",
        ]
        saved = HERE / "corpus" / name
        folders = [str(inputs), *([str(saved)] if saved.is_dir() else [])]
        atheris.Setup(
            [sys.argv[0], *options, *folders], lambda data: load(name, data, folder)
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
