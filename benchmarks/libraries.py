r"""Libraries that train with gensim's Word2Vec, unchanged, on gensim and on fastw2v.

    python benchmarks/libraries.py                      all that are installed here
    python benchmarks/libraries.py node2vec spec2vec    these
    python benchmarks/libraries.py --python A/bin/python B/bin/python --save libraries

Each program of `library_programs` is run twice, the second time by
``python -m fastw2v.compat``; nothing else differs. Libraries that cannot live in one
environment may have several: each is run by the first interpreter that has it. The
exit status is 1 if a program ends in an error on fastw2v. Seconds are of the call that
trains; where fastw2v's kernels are compiled during it, that counts (``FASTW2V_CACHE=1``
avoids it).
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import results

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(__file__).parent / "library_programs"
ENGINES = {"gensim": [], "fastw2v": ["-m", "fastw2v.compat"]}
LIBRARIES = sorted(
    {path.stem.removeprefix("with_") for path in PROGRAMS.glob("with_*.py")}
)


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


def gensim_version(interpreter: str) -> str:
    code = "from importlib.metadata import version; print(version('gensim'))"
    return python([interpreter], "-c", code).stdout.strip()


def run(interpreter: str, engine: str, library: str) -> dict[str, Any]:
    """Run a library's program in a new process; return what it reports.

    That is its version, what was done, quality and seconds; or the last line of its
    error as `error`.
    """
    program = str(PROGRAMS / f"with_{library}.py")
    done = python([interpreter, *ENGINES[engine]], program)
    if done.returncode == 0:
        return dict(json.loads(done.stdout.splitlines()[-1]))
    lines = done.stderr.strip().splitlines()
    return {"error": lines[-1] if lines else f"exit status {done.returncode}"}


def as_text(outcome: dict[str, Any]) -> str:
    if "error" in outcome:
        return str(outcome["error"])
    return f"{outcome['quality']:.3f} in {outcome['seconds']:.1f} s"


def compare(library: str, interpreters: list[str]) -> dict[str, Any] | None:
    """Run a library on both; return None where no interpreter has it."""
    for interpreter in interpreters:
        if is_installed(interpreter, library):
            outcomes = {engine: run(interpreter, engine, library) for engine in ENGINES}
            installed = {"gensim_version": gensim_version(interpreter)}
            return {"library": library} | installed | outcomes
    return None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("libraries", nargs="*", metavar="library")
    parser.add_argument(
        "--python", nargs="+", default=[sys.executable], help="interpreters to use"
    )
    parser.add_argument("--save", metavar="NAME", help="write results/NAME.json")
    options = parser.parse_args()
    if unknown := set(options.libraries) - set(LIBRARIES):
        parser.error(f"no program for {sorted(unknown)}; there are {LIBRARIES}")
    rows = []
    for library in options.libraries or LIBRARIES:
        row = compare(library, options.python)
        if row is None:
            print(f"{library} is skipped: it is not installed", file=sys.stderr)
            continue
        rows.append(row)
        theirs, ours = (as_text(row[engine]) for engine in ENGINES)
        print(f"{library}: gensim {theirs}; fastw2v {ours}", flush=True)
    if options.save:
        print(results.save(options.save, {"rows": rows}))
    sys.exit(any("error" in row["fastw2v"] for row in rows))


if __name__ == "__main__":
    main()
