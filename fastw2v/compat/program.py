"""Run a program, or a module, as Python itself would, after the swap."""

import runpy
import sys
from pathlib import Path

from fastw2v.compat.swap import install

USAGE = """\
usage: python -m fastw2v.compat PROGRAM [ARGUMENT ...]
       python -m fastw2v.compat -m MODULE [ARGUMENT ...]

Run a Python program that imports gensim's Word2Vec, unchanged, on fastw2v's."""


def main() -> None:
    """Run the program that ``sys.argv`` names, as ``python`` itself would.

    Raises
    ------
    SystemExit
        No program is named, or there is none at that place.
    """
    arguments = sys.argv[1:]
    if arguments in ([], ["-m"], ["-h"], ["--help"]):
        raise SystemExit(USAGE)
    install()
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        return
    program = Path(arguments[0])
    if not program.exists():
        raise SystemExit(f"there is no program {program}: give the path of a file")
    sys.argv = arguments
    # Where the program is looks for its neighbours, not where it was called.
    sys.path[0] = str(program.resolve().parent)
    runpy.run_path(str(program), run_name="__main__")
