"""The commands of docs/examples.md run, on the shipped corpus."""

import re
import shlex
import subprocess
import sys

import pytest
from conftest import REPOSITORY
from typer.testing import CliRunner

from fastw2v.cli.app import app

pytest.importorskip("matplotlib")
pytest.importorskip("sklearn")

PAGE = (REPOSITORY / "docs" / "examples.md").read_text(encoding="utf8")
COMMANDS = [
    shlex.split(command)
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for command in block.replace("\\\n", " ").splitlines()
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    for part in ("corpora", "benchmarks"):
        (folder / part).symlink_to(REPOSITORY / part)
    (folder / "images").mkdir()
    return folder


def test_commands_run_one_after_the_other(folder, monkeypatch):
    monkeypatch.chdir(folder)
    for program, *words in COMMANDS:
        if program == "python":
            command = [sys.executable, *words]
            subprocess.run(command, check=True, capture_output=True)
            continue
        assert program == "fastw2v"
        target = words.index(">") if ">" in words else len(words)
        result = CliRunner().invoke(app, words[:target])
        assert result.exit_code == 0, (words, result.output)
        if target < len(words):
            (folder / words[-1]).write_text(result.stdout)
    drawn = {path.name for path in (folder / "images").iterdir()}
    course = {name for name in shown() if name.startswith("course-")}
    assert drawn == shown() - course
    assert (folder / "projector" / "vectors.tsv").is_file()


def shown(page=PAGE):
    """Names of the pictures that a page shows."""
    return set(re.findall(r"\]\((?:docs/)?images/([\w.-]+)\)", page))


def test_pictures_are_there_and_small():
    images = REPOSITORY / "docs" / "images"
    pages = [REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")]
    all_shown = set().union(*(shown(page.read_text(encoding="utf8")) for page in pages))
    assert {path.name for path in images.iterdir()} == all_shown
    assert max(path.stat().st_size for path in images.iterdir()) < 150_000


def test_pictures_of_the_figures_are_drawn_from_the_saved_results(tmp_path):
    program = REPOSITORY / "benchmarks" / "plots.py"
    command = [sys.executable, str(program), "--folder", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    drawn = {path.name for path in tmp_path.iterdir()}
    readme = (REPOSITORY / "README.md").read_text(encoding="utf8")
    assert drawn == shown(readme)
