"""Programs written for gensim do the same when only the name in the import changes."""

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))


def run(program, package, folder, monkeypatch):
    """Run a program in a folder of its own; return what it left in `result`."""
    folder.mkdir()
    monkeypatch.chdir(folder)
    source = re.sub(r"\b(import|from) gensim\b", rf"\1 {package}", program.read_text())
    source = source.replace("(gensim.models", f"({package}.models")
    module = ModuleType(f"{program.stem}_{package}")
    # Pickle looks classes up in their module.
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(source, program.name, "exec"), module.__dict__)  # noqa: S102
    return module.result


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.stem)
def test_gensim_and_fastw2v_leave_the_same(program, tmp_path, monkeypatch, capsys):
    pytest.importorskip("gensim")
    theirs = run(program, "gensim", tmp_path / "gensim", monkeypatch)
    printed = capsys.readouterr().out
    ours = run(program, "fastw2v", tmp_path / "fastw2v", monkeypatch)
    assert ours == theirs
    also_printed = capsys.readouterr().out
    assert len(also_printed.splitlines()) == len(printed.splitlines())


def test_there_are_programs():
    assert len(PROGRAMS) >= 8
