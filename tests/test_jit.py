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
from fastw2v.bundles import Text
from fastw2v.kernels.cooccurrence import subsample_span
text = Text(np.zeros(64, np.int32), np.array([0, 64]))
kept = subsample_span(
    text, np.array([0.5], np.float32), np.uint64(7), (0, 64), np.zeros(65, np.int32),
    np.array([], np.int64),
)
print(kept, sum(subsample_span.stats.cache_hits.values()))
"""


def run(package, cache_dir, cache="1"):
    """Return how many of 64 words a copy of the package keeps, and whether it was compiled."""
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
    kept, hits = done.stdout.split()
    return int(kept), int(hits)


@pytest.mark.skipif(not JIT_IS_ON, reason="with the JIT off nothing is compiled")
def test_the_cache_hits_and_never_serves_stale_code(tmp_path):
    package = tmp_path / "fastw2v"
    shutil.copytree(
        Path(fastw2v.__file__).parent,
        package,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    cache_dir = tmp_path / "cache"
    assert run(package, cache_dir, cache="0") == (35, 0)
    assert not cache_dir.exists()
    assert run(package, cache_dir) == (35, 0)
    assert run(package, cache_dir) == (35, 1)

    # An edit in a file that `cooccurrence` only calls.
    helper = package / "kernels" / "sampling.py"
    text = helper.read_text(encoding="utf8")
    assert text.count("* _UNIT_24 < keep_prob") == 1
    helper.write_text(
        text.replace("* _UNIT_24 < keep_prob", "* _UNIT_24 >= keep_prob"),
        encoding="utf8",
    )
    assert run(package, cache_dir) == (64 - 35, 0)
    assert run(package, cache_dir) == (64 - 35, 1)
