"""What counts as free memory, and what is refused for want of it."""

import io
import re

import numpy as np
import pytest
from scipy import sparse

from fastw2v import KeyedVectors, encode, memory
from fastw2v.corpus import encode as encoding
from fastw2v.corpus import forecast
from fastw2v.counts import truncated_svd
from fastw2v.errors import TooLargeError
from fastw2v.memory import check_memory, free_memory
from fastw2v.models import Word2Vec
from fastw2v.vectors.plot.spectrum import singular_values

GIB = 1 << 30
MEMINFO = """MemTotal:       33554432 kB
MemFree:          100000 kB
MemAvailable:   16777216 kB
SwapFree:        1048576 kB
"""


@pytest.fixture
def system(tmp_path):
    """Return a root folder of a machine with 17 GiB left, and no cgroup."""
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/meminfo").write_text(MEMINFO)
    return tmp_path


def group(system, line, folder, **files):
    with (system / "proc/self/cgroup").open("a") as lines:
        lines.write(line + "\n")
    path = system / "sys/fs/cgroup" / folder
    path.mkdir(parents=True)
    for name, content in files.items():
        (path / name.replace("__", ".")).write_text(content)


def test_a_machine_without_groups(system):
    assert free_memory(system) == 17 * GIB


def test_a_group_of_version_2(system):
    group(
        system, "0::/a/b", "a/b",
        memory__max=f"{4 * GIB}\n", memory__current=f"{3 * GIB}\n",
        memory__stat=f"anon 5\nfile {GIB}\ninactive_file {GIB // 2}\nactive_file 0\n",
    )  # fmt: skip
    assert free_memory(system) == GIB + GIB // 2


def test_a_group_around_that_of_the_process(system):
    group(
        system, "0::/a/b", "a",
        memory__max=f"{2 * GIB}", memory__current="0",
        memory__stat="inactive_file 0\nactive_file 0\n",
    )  # fmt: skip
    assert free_memory(system) == 2 * GIB


def test_a_group_of_version_1(system):
    group(
        system, "4:cpu,memory:/", "memory",
        memory__limit_in_bytes=f"{2 * GIB}", memory__usage_in_bytes=f"{3 * GIB}",
        memory__stat=f"total_inactive_file {GIB}\ntotal_active_file 7\n",
    )  # fmt: skip
    assert free_memory(system) == 7


@pytest.mark.parametrize("limit", ["max\n", "nonsense", ""])
def test_a_group_without_a_limit(system, limit):
    group(system, "0::/", "", memory__max=limit, memory__current="1")
    assert free_memory(system) == 17 * GIB


def test_groups_of_other_things(system):
    group(system, "3:cpuset:/", "memory", memory__limit_in_bytes="1")
    assert free_memory(system) == 17 * GIB


def test_a_system_that_tells_nothing_refuses_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "_SYSTEM", tmp_path)
    monkeypatch.delattr(memory.os, "sysconf", raising=False)
    assert free_memory(tmp_path) is None
    check_memory("all", 1 << 60, "buy more")


def test_this_machine():
    assert free_memory(memory._SYSTEM) > 0


def test_the_message_has_both_figures_and_the_remedy(system, monkeypatch):
    monkeypatch.setattr(memory, "_SYSTEM", system)
    check_memory("the table", 17 * GIB, "lower dim")
    message = (
        "the table would take 17.00 GiB of memory, and 17.00 GiB are free for this"
    )
    with pytest.raises(TooLargeError, match=re.escape(message)) as caught:
        check_memory("the table", 17 * GIB + 1, "lower dim")
    assert str(caught.value).endswith(": lower dim")
    assert isinstance(caught.value, MemoryError)


@pytest.fixture
def little(system, monkeypatch):
    """Leave 1 MiB, and have even the smallest work measured."""
    group(
        system, "0::/", "",
        memory__max=str(1 << 20), memory__current="0",
        memory__stat="inactive_file 0\nactive_file 0\n",
    )  # fmt: skip
    monkeypatch.setattr(memory, "_SYSTEM", system)
    monkeypatch.setattr(memory, "_ALWAYS_FITS", 0)


TEXT = [["to", "be", "or", "not"], ["that", "is", "the", "question", "here"]]
WIDE = KeyedVectors.from_arrays(["a", "b"], np.eye(2, 500))
MODEL = {"min_count": 1, "epochs": 1, "workers": 1}


def tokens_by_the_million(monkeypatch):
    monkeypatch.setattr(forecast, "FIRST_LOOK", 1000)
    monkeypatch.setattr(encoding, "CHUNK_BYTES", 10_000)
    return encode(io.BytesIO(b"to be or not to be\n" * 100_000))


def a_thousand_keys_for_two_rows(_):
    kv = KeyedVectors.from_arrays(["a", "b"], np.eye(2, 500))
    kv.index_to_key = [f"w{number}" for number in range(1000)]
    kv.resize_vectors()


@pytest.mark.parametrize(
    ("ask", "figure"),
    [
        (a_thousand_keys_for_two_rows, "1000 vectors of 500 numbers"),
        (lambda _: KeyedVectors(1000, 1000), "1000 rows of 1000 numbers, float32"),
        (lambda _: Word2Vec(TEXT, vector_size=50_000, **MODEL), "a model of 9 words"),
        (tokens_by_the_million, "tokens still to be read"),
        (lambda _: singular_values(WIDE), "covariance of 500"),
        (
            lambda _: truncated_svd(sparse.random_array((300, 400), density=0.5), 290),
            r"shape \(400, 300\) in dim 290",
        ),
    ],
)
def test_each_that_makes_large_arrays_asks_first(little, monkeypatch, ask, figure):
    with pytest.raises(TooLargeError, match=figure) as caught:
        ask(monkeypatch)
    assert "0.00 GiB are free for this process: " in str(caught.value)
