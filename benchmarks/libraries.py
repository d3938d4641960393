r"""Libraries that train with gensim's Word2Vec, unchanged, on gensim and on fastw2v.

    python benchmarks/libraries.py                      all that are installed here
    python benchmarks/libraries.py node2vec spec2vec    these
    python benchmarks/libraries.py --python VENV/bin/python ...   as installed there

Each program of `library_programs` is run twice, the second time by
``python -m fastw2v.compat``; nothing else differs. The exit status is 1 if a program
ends in an error on fastw2v. Seconds are of the call that trains; where
fastw2v's kernels are compiled during it, that counts (``FASTW2V_CACHE=1`` avoids it).
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(__file__).parent / "library_programs"
ENGINES = {"gensim": [], "fastw2v": ["-m", "fastw2v.compat"]}
LIBRARIES = sorted(
    {path.stem.removeprefix("with_") for path in PROGRAMS.glob("with_*.py")}
)


class Outcome(NamedTuple):
    """What a program reported, or the last line of its error."""

    facts: dict[str, object] | None
    error: str = ""

    def __str__(self) -> str:
        if self.facts is None:
            return self.error
        return f"{self.facts['quality']:.3f} in {self.facts['seconds']:.1f} s"


def python(command: list[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with this copy of fastw2v first on its path."""
    inherited = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([str(ROOT), *([inherited] if inherited else [])])
    return subprocess.run(
        [*command, *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
        check=False,
    )


def is_installed(interpreter: str, library: str) -> bool:
    code = f"import importlib.util as u; exit(u.find_spec({library!r}) is None)"
    return python([interpreter], "-c", code).returncode == 0


def run(interpreter: str, engine: str, library: str) -> Outcome:
    """Run a library's program in a new process."""
    program = str(PROGRAMS / f"with_{library}.py")
    done = python([interpreter, *ENGINES[engine]], program)
    if done.returncode == 0:
        return Outcome(json.loads(done.stdout.splitlines()[-1]))
    lines = done.stderr.strip().splitlines()
    return Outcome(None, lines[-1] if lines else f"exit status {done.returncode}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("libraries", nargs="*", metavar="library")
    parser.add_argument("--python", default=sys.executable, help="interpreter to use")
    options = parser.parse_args()
    if unknown := set(options.libraries) - set(LIBRARIES):
        parser.error(f"no program for {sorted(unknown)}; there are {LIBRARIES}")
    failed = False
    print("| library | version | done | gensim | fastw2v |")
    print("| --- | --- | --- | --- | --- |")
    for library in options.libraries or LIBRARIES:
        if not is_installed(options.python, library):
            print(f"{library} is skipped: it is not installed", file=sys.stderr)
            continue
        theirs, ours = (run(options.python, engine, library) for engine in ENGINES)
        failed |= ours.facts is None
        facts = ours.facts or theirs.facts or {"version": "", "done": ""}
        cells = [library, facts["version"], facts["done"], theirs, ours]
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
