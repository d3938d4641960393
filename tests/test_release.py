"""Freed memory goes back to the system."""

import ctypes
import random
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from fastw2v.release import release_compiler, release_memory

LINUX = sys.platform == "linux"
pytestmark = pytest.mark.skipif(not LINUX, reason="reads /proc")


def resident():
    """Memory of this process in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000


@pytest.mark.skipif(
    not (LINUX and hasattr(ctypes.CDLL(None), "malloc_trim")), reason="needs glibc"
)
def test_what_lies_below_memory_in_use_is_released():
    pieces = [b"x" * 50_000 for _ in range(2000)]
    del pieces[:-1]
    before = resident()
    release_memory()
    assert before - resident() > 50  # of 100


def test_an_encoded_text_leaves_little_behind(tmp_path):
    words = " ".join(random.Random(3).choices([f"w{i}" for i in range(999)], k=10_000))
    path = tmp_path / "text.txt"
    path.write_text(f"{words}\n" * 600)
    code = (
        "import io, sys, test_release; from fastw2v import encode;"
        "encode(io.BytesIO(b'a'), min_count=1);"  # imports what it needs
        "before = test_release.resident(); corpus = encode(sys.argv[1], threads=4);"
        "print(test_release.resident() - before - corpus.tokens.nbytes / 1e6)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout) < 80  # MB; over 150 without


def test_the_code_of_the_compiler_is_unmapped_and_comes_back():
    compiled_tripling()
    before = resident()
    release_compiler()
    assert before - resident() > 20  # of 55
    assert compiled_tripling()(14) == 42


def compiled_tripling():
    @numba.njit("int64(int64)")
    def triple(number):
        return 3 * number

    return triple
