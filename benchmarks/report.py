"""Write the tables of the documents from the saved results.

    python benchmarks/report.py            rewrite the tables
    python benchmarks/report.py --check    fail if a document differs from them

A table stands between the lines "<!-- table: NAME -->" and "<!-- end -->".
"""

import argparse
import re
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import results

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "docs" / "performance.md",
    ROOT / "corpora" / "README.md",
]
TABLE = re.compile(r"(<!-- table: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

QUALITY = {
    "wordsim353": "WordSim-353",
    "simlex999": "SimLex-999",
    "questions-words": "analogies",
    "questions": "planted analogies",
    "pairs": "planted similarities",
}


def markdown(header: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def mean_and_deviation(values: list[float]) -> str:
    """Return "mean ± standard deviation"."""
    return f"{statistics.mean(values):.1f} ± {statistics.stdev(values):.1f}"


def where(result: dict[str, Any]) -> str:
    """Return the machine in a phrase."""
    machine = result["machine"]
    return (
        f"{machine['cores']} cores ({machine['processor']}), Python"
        f" {machine['python']}, Numba {machine['numba']}"
    )


def peers(name: str) -> str:
    """Return the comparison of trainers, with quality where it was scored."""
    result = results.load(name)
    settings, rows = result["settings"], result["rows"]
    names = [key for key in QUALITY if key in rows[0]["quality"]]
    header = ["trainer", "speed", "text to vectors", "peak memory"]
    table = [
        [
            row["peer"],
            f"{results.with_spread(row['training_ratio'])}",
            f"{results.with_spread(row['total_ratio'])}",
            f"{max(row['peak_memory']) / 2**20:.0f} MiB",
            *(mean_and_deviation(row["quality"][key]) for key in names),
        ]
        for row in rows
    ]
    caption = (
        f"`{settings['corpus']}`, dim {settings['dim']}, window {settings['window']},"
        f" {settings['negatives']} negatives, subsample {settings['subsample']:g},"
        f" min count {settings['min_count']}, epochs {settings['epochs']},"
        f" learning rate {settings['learning_rate']:g}, {settings['threads']} threads"
        f" on {where(result)}. Speed of training alone and time from text to saved"
        " vectors (compiling included), both relative to gensim's `corpus_file` mode"
        f" in the same round: median (lowest to highest) of {rows[0]['rounds']} rounds."
    )
    if names:
        caption += " Quality in percent: mean ± standard deviation over the seeds."
    titles = [QUALITY[key] for key in names]
    return f"{markdown(header + titles, table)}\n{caption}\n"


def encoding() -> str:
    """Return text to encoded corpus against gensim's vocabulary scan."""
    result = results.load("encoding")
    rows = [
        [
            row["task"],
            f"{results.middle(row['seconds']):.1f} s",
            results.with_spread(row["ratio"]),
            f"{max(row['peak_memory']) / 2**20:.0f} MiB",
        ]
        for row in result["rows"]
    ]
    header = ["task", "median time", "times as fast as the scan", "peak memory"]
    size = result["settings"]["bytes"] / 1e6
    return f"{markdown(header, rows)}\n{size:.0f} MB of text, {where(result)}.\n"


def span(base: dict[str, float], row: dict[str, float]) -> str:
    """Return the lowest and highest ratio of a baseline's times to a row's."""
    lowest, highest = base["lowest"] / row["highest"], base["highest"] / row["lowest"]
    return f"{lowest:.0f} to {highest:.0f}"


def speed_up(name: str, baseline: str) -> str:
    """Return pytest-benchmark groups as ratios of medians to a baseline."""
    result = results.load(name)
    groups: dict[str, dict[str, dict[str, float]]] = {}
    for row in result["rows"]:
        groups.setdefault(row["group"], {})[row["name"]] = row
    rows = [
        [
            group,
            other,
            f"{members[baseline]['median'] / row['median']:.0f}",
            span(members[baseline], row),
        ]
        for group, members in groups.items()
        if baseline in members
        for other, row in members.items()
        if other != baseline
    ]
    header = ["work", "done by", f"times as fast as {baseline}", "range"]
    return f"{markdown(header, rows)}\n{where(result)}.\n"


def start_up() -> str:
    """Return what a new process spends before it trains."""
    result = results.load("trainer")
    rows = [
        [row["name"], f"{row['median']:.1f} s"]
        for row in result["rows"]
        if row["group"] == "a new process"
    ]
    return f"{markdown(['a new process', 'median'], rows)}\n{where(result)}.\n"


TABLES: dict[str, Callable[[], str]] = {
    "peers": lambda: peers("peers-5-epochs"),
    "peers-1-epoch": lambda: peers("peers-1-epoch"),
    "peers-sample": lambda: peers("peers-sample"),
    "encoding": encoding,
    "kernels": lambda: speed_up("kernels", "NumPy reference"),
    "trainer": lambda: speed_up("trainer", "numpy"),
    "start-up": start_up,
}


def rewritten(text: str) -> str:
    """Return a document with its tables made anew."""
    return TABLE.sub(lambda m: f"{m[1]}{TABLES[m[2]]()}{m[3]}", text)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing")
    arguments = parser.parse_args()
    missing = TABLES.keys() - {
        name
        for document in DOCUMENTS
        for _, name, _ in TABLE.findall(document.read_text(encoding="utf8"))
    }
    if missing:
        sys.exit(f"no document has a place for the tables {sorted(missing)}")
    for document in DOCUMENTS:
        old = document.read_text(encoding="utf8")
        new = rewritten(old)
        if arguments.check and new != old:
            sys.exit(f"{document}: a table differs; run python benchmarks/report.py")
        if not arguments.check:
            document.write_text(new, encoding="utf8")


if __name__ == "__main__":
    main()
