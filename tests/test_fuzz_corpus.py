"""Replays what the fuzzers of tests/fuzz have saved: inputs that once went wrong, and
inputs that reach as much code as all they have tried."""

import tracemalloc
from pathlib import Path

import pytest
from fuzz.loaders import LOADERS, load

SAVED = Path(__file__).parent / "fuzz" / "corpus"
MOST_BYTES = 32 << 20
FINDINGS = sorted(SAVED.glob("*/finding-*"))


@pytest.mark.parametrize("name", LOADERS)
def test_saved_inputs(name, tmp_path):
    inputs = sorted((SAVED / name).iterdir())
    assert inputs
    load(name, inputs[0].read_bytes(), tmp_path)  # what is imported first
    for path in inputs:
        data = path.read_bytes()
        tracemalloc.start()
        try:
            load(name, data, tmp_path)
            assert tracemalloc.get_traced_memory()[1] < MOST_BYTES, path
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: path.name)
def test_what_was_found_is_refused(path, tmp_path):
    assert not load(path.parent.name, path.read_bytes(), tmp_path)
