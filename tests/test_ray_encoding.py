"""Text encoded on Ray: the files of one process, errors by name, nothing left behind."""

import os
import signal

import pytest
from conftest import REPOSITORY
from typer.testing import CliRunner

import fastw2v
from fastw2v.cli.app import app
from fastw2v.corpus import parts
from fastw2v.errors import CorpusError

ray = pytest.importorskip("ray", reason="Ray is not installed: fastw2v[ray]")
pytestmark = [pytest.mark.ray, pytest.mark.filterwarnings("default")]

SAMPLE = REPOSITORY / "corpora" / "synthetic.txt"


@pytest.fixture(scope="module", autouse=True)
def cluster():
    """Start Ray once; `encode` uses the one this process is connected to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        ray.init(
            address="local", num_cpus=2, include_dashboard=False, logging_level="ERROR"
        )
        yield
        ray.shutdown()


def files_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_files_are_those_of_one_process(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "PART_BYTES", SAMPLE.stat().st_size // 11)
    seen = []
    corpus = fastw2v.encode(
        SAMPLE,
        min_count=2,
        output=tmp_path / "ray",
        cluster="local:2",
        progress=lambda done, total: seen.append((done, total)),
    )
    fastw2v.encode(SAMPLE, min_count=2, output=tmp_path / "here")
    assert files_of(tmp_path / "ray") == files_of(tmp_path / "here")
    assert len(seen) == 12
    assert seen[-1] == (SAMPLE.stat().st_size,) * 2
    assert (
        corpus.fingerprint == fastw2v.EncodedCorpus.load(tmp_path / "here").fingerprint
    )


def test_an_error_in_a_task_is_the_error_of_one_process(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "PART_BYTES", 1_000)
    path = tmp_path / "text.txt"
    path.write_bytes(b"a b c\n" * 500 + b"\xff\n" + b"d e f\n" * 500)
    with pytest.raises(CorpusError, match=r"byte 0xff at offset 3000"):
        fastw2v.encode(path, output=tmp_path / "out", cluster="local:2")
    assert not (tmp_path / "out").exists()


def test_a_task_whose_process_is_killed_is_done_again(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "PART_BYTES", SAMPLE.stat().st_size // 5)
    monkeypatch.setattr(parts, "count_part", dying(tmp_path / "died"))
    fastw2v.encode(SAMPLE, output=tmp_path / "ray", cluster="local:2")
    assert (tmp_path / "died").exists()
    fastw2v.encode(SAMPLE, output=tmp_path / "here")
    assert files_of(tmp_path / "ray") == files_of(tmp_path / "here")


def dying(marker):
    """Return `count_part` whose first process dies when it has begun to write."""
    count_part = parts.count_part

    def count_or_die(part, files, options):
        if part.start and not marker.exists():
            marker.touch()
            (files.folder / "half a file").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return count_part(part, files, options)

    return count_or_die


def test_the_command(tmp_path):
    words = ["encode", str(SAMPLE), "-o", str(tmp_path / "out"), "--cluster", "local:2"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert "in a vocabulary of" in result.stderr
    here = fastw2v.encode(SAMPLE)
    assert fastw2v.EncodedCorpus.load(tmp_path / "out").fingerprint == here.fingerprint
