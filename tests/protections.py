"""Takes out what protects each promise, once, and sees a test fail.

    python tests/protections.py                 those without a result
    python tests/protections.py --again WORD    those whose promise or file has the word

`protections.toml` lists what is taken out and which test must then fail. The repository
is copied to a temporary folder, one place in the copy is changed, and the test is run on
the copy. Before that all tests are run on the copy as it is, since a test that fails
anyhow shows nothing. What came of it is kept in `benchmarks/results/protections.json`;
`benchmarks/report.py` makes the table of docs/reliability.md from it.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parent.parent
RESULTS = REPOSITORY / "benchmarks" / "results" / "protections.json"
LONGEST_SECONDS = 300
SHOWN = 160


class Protection(NamedTuple):
    """One entry of `protections.toml`."""

    promise: str
    without: str
    """What is left when it is taken out."""
    file: str
    take: str
    put: str
    test: str

    @property
    def key(self) -> str:
        return json.dumps([self.file, self.take, self.put, self.test])


def protections() -> list[Protection]:
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return [Protection(**entry) for entry in tomllib.loads(text)["protection"]]


def saved_outcomes() -> dict[str, str]:
    """Return how the test failed, by key."""
    if not RESULTS.exists():
        return {}
    return {
        entry["key"]: entry["outcome"]
        for entry in json.loads(RESULTS.read_text(encoding="utf-8"))
    }


def save(outcomes: dict[str, str]) -> None:
    """Write the outcomes of the entries there are, in their order."""
    entries = [
        {
            "promise": protection.promise,
            "without": protection.without,
            "test": protection.test,
            "outcome": outcomes[protection.key],
            "key": protection.key,
        }
        for protection in protections()
        if protection.key in outcomes
    ]
    RESULTS.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")


def copy_of_repository(folder: Path) -> Path:
    copy = folder / "copy"
    left_out = shutil.ignore_patterns(
        ".*", "__pycache__", "build", "dist", "variants", "images"
    )
    shutil.copytree(REPOSITORY, copy, ignore=left_out)
    shutil.copytree(REPOSITORY / ".ci", copy / ".ci")
    return copy


def run_tests(copy: Path, tests: list[str], seconds: float) -> tuple[int, str]:
    """Run tests on the copy; return the exit code and what was printed."""
    environment = os.environ | {
        "PYTHONPATH": str(copy),
        "PYTHONDONTWRITEBYTECODE": "1",  # two changes may be made within a second
        "FASTW2V_CACHE": "1",
        "NUMBA_CACHE_DIR": str(copy.parent / "cache"),
        "COLUMNS": "250",
    }
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-rf", "--tb=no"]
    command += ["-p", "no:cacheprovider", "--strict-config"]
    process = subprocess.Popen(
        [*command, *(f"tests/{test}" for test in tests)],
        cwd=copy,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        return 1, f"FAILED - it did not end within {seconds:g} s"
    finally:
        # Children of its tests too, whatever became of it.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def outcome_of(code: int, output: str) -> str:
    """Return how a test failed; raise where it did not, or for another reason."""
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    failed = re.search(r"^FAILED[^\n]*? - ([^\n]*)", output, re.MULTILINE)
    if code != 1 or failed is None:
        last = output.strip().splitlines()[-1] if output.strip() else ""
        raise LookupError(f"exit code {code}: {last}")
    # Nothing is shown by code that is no longer whole.
    if re.match(r"(Name|Import|Syntax|Indentation)Error", failed[1]):
        raise LookupError(f"the change is no good: {failed[1]}")
    return failed[1][:SHOWN]


def without(copy: Path, protection: Protection) -> str:
    """Take one protection out, run its test, put it back; return how that failed."""
    path = copy / protection.file
    before = path.read_text(encoding="utf-8")
    if before.count(protection.take) != 1:
        raise LookupError(
            f"{protection.file} has {protection.take!r} {before.count(protection.take)}"
            " times, not once"
        )
    compiled = "kernels" in path.parts
    try:
        path.write_text(before.replace(protection.take, protection.put), "utf-8")
        if compiled:  # what was compiled of other files holds this one's old code
            shutil.rmtree(copy.parent / "cache", ignore_errors=True)
        return outcome_of(*run_tests(copy, [protection.test], LONGEST_SECONDS))
    finally:
        path.write_text(before, "utf-8")
        if compiled:
            shutil.rmtree(copy.parent / "cache", ignore_errors=True)


def tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(again: str | None) -> int:
    """Return how many protections no test misses."""
    # Tests send it to programs of theirs; what runs in the background ignores it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    outcomes = saved_outcomes()
    chosen = [
        protection
        for protection in protections()
        if (
            protection.key not in outcomes if again is None else again in protection.key
        )
    ]
    unmissed = 0
    if not chosen:
        save(outcomes)
        return 0
    with tempfile.TemporaryDirectory() as top:
        copy = copy_of_repository(Path(top))
        tests = sorted({protection.test for protection in chosen})
        code, output = run_tests(copy, tests, 60 * LONGEST_SECONDS)
        if code != 0:
            tell(output)
            return len(chosen)
        tell(f"{len(tests)} tests pass as it is")
        for number, protection in enumerate(chosen, 1):
            tell(f"{number}/{len(chosen)} {protection.file}: {protection.without}")
            try:
                outcomes[protection.key] = without(copy, protection)
            except LookupError as error:
                outcomes.pop(protection.key, None)
                unmissed += 1
                tell(f"    NOT SHOWN by {protection.test}: {error}")
                continue
            tell(f"    {protection.test}: {outcomes[protection.key]}")
            save(outcomes)
    save(outcomes)
    return unmissed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--again", metavar="WORD", help="run those with this word again"
    )
    sys.exit(min(main(parser.parse_args().again), 100))
