"""The opt-in cache of compiled kernels."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import fastw2v
from fastw2v.kernels._jit import JIT_IS_ON

SCRIPT = """
import numpy as np
from fastw2v.kernels.sampling import reach_of
reach = reach_of(np.uint64(2**63), 5)
print(reach, sum(reach_of.stats.cache_hits.values()))
"""


def run(package, cache_dir, cache="1"):
    """Return the reach a copy of the package draws, and whether it was compiled."""
    environment = os.environ | {
        "PYTHONPATH": str(package.parent),
        "NUMBA_CACHE_DIR": str(cache_dir),
        "FASTW2V_CACHE": cache,
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=package.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    reach, hits = done.stdout.split()
    return int(reach), int(hits)


@pytest.mark.skipif(not JIT_IS_ON, reason="with the JIT off nothing is compiled")
def test_the_cache_hits_and_never_serves_stale_code(tmp_path):
    package = tmp_path / "fastw2v"
    shutil.copytree(
        Path(fastw2v.__file__).parent,
        package,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    cache_dir = tmp_path / "cache"
    assert run(package, cache_dir, cache="0") == (3, 0)
    assert not cache_dir.exists()
    assert run(package, cache_dir) == (3, 0)
    assert run(package, cache_dir) == (3, 1)

    # An edit in a file that `sampling` only calls.
    helper = package / "kernels" / "rng.py"
    text = helper.read_text(encoding="utf8")
    assert text.count(">> np.uint64(32))\n") == 1
    helper.write_text(
        text.replace(">> np.uint64(32))\n", ">> np.uint64(32)) + 1\n"),
        encoding="utf8",
    )
    assert run(package, cache_dir) == (4, 0)
    assert run(package, cache_dir) == (4, 1)
