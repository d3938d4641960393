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
    ROOT / "docs" / "examples.md",
    ROOT / "docs" / "cluster.md",
    ROOT / "docs" / "counts.md",
    ROOT / "docs" / "gensim.md",
    ROOT / "docs" / "reliability.md",
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
    # Results of before these options were of skip-gram on noise.
    architecture = settings.get("architecture", "skipgram")
    tree = ", hierarchical softmax" if settings.get("hierarchical_softmax") else ""
    caption = (
        f"`{settings['corpus']}`, {architecture}{tree}, dim {settings['dim']}, window {settings['window']},"
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


def phrases() -> str:
    """Return finding and joining phrases against gensim's."""
    result = results.load("phrases")
    rows = [
        [
            row["task"],
            *(f"{results.middle(row['seconds'][p]):.1f} s" for p in row["seconds"]),
            results.with_spread(row["ratio"], 1),
            *(f"{max(row['peak_memory'][p]) / 2**20:.0f} MiB" for p in row["seconds"]),
        ]
        for row in result["rows"]
    ]
    header = ["task", "fastw2v", "gensim", "times as fast", "peak memory", "gensim's"]
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


PLAIN = {
    "learning_rate": 0.025,
    "min_learning_rate": 1e-4,
    "subsample": 1e-3,
    "decay": 1.0,
}


def runs_of(name: str, **wanted: Any) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    """Return the runs of a study with these settings, seeds together.

    The keys are (dim, epochs, learning rate, peer).
    """
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for run in results.load(name)["runs"]:
        if all(run[key] == value for key, value in wanted.items()):
            key = tuple(run[k] for k in ("dim", "epochs", "learning_rate", "peer"))
            groups.setdefault(key, []).append(run)
    return dict(sorted(groups.items()))


def mean_of_three(run: dict[str, Any]) -> float:
    """Return the mean of a run's three scores."""
    return statistics.mean(run["quality"].values())


def scores(runs: list[dict[str, Any]]) -> list[str]:
    """Return the cells of the three scores and of their mean."""
    names = [name for name in QUALITY if name in runs[0]["quality"]]
    columns = [[run["quality"][name] for run in runs] for name in names]
    columns.append([mean_of_three(run) for run in runs])
    return [mean_and_deviation(column) for column in columns]


def quality() -> str:
    """Return the quality study with the same settings for all."""
    rows = [
        [str(dim), str(epochs), peer, *scores(runs), str(len(runs))]
        for (dim, epochs, _, peer), runs in runs_of("quality", **PLAIN).items()
        if epochs in {1, 5}
    ]
    header = ["dim", "epochs", "trainer", "WordSim-353", "SimLex-999", "analogies"]
    return markdown([*header, "mean", "seeds"], rows)


def learning_rates() -> str:
    """Return what the window trainer reaches by learning rate and epochs."""
    common = PLAIN | {"dim": 100, "peer": "fastw2v-window"}
    del common["learning_rate"]
    groups = runs_of("quality", **common)
    rates = sorted({rate for _, _, rate, _ in groups})
    table = [
        [
            str(epochs),
            *(
                mean_and_deviation([mean_of_three(run) for run in runs])
                if (runs := groups.get((100, epochs, rate, "fastw2v-window")))
                else ""
                for rate in rates
            ),
        ]
        for epochs in sorted({epochs for _, epochs, _, _ in groups})
    ]
    return markdown(["epochs", *(f"rate {rate:g}" for rate in rates)], table)


def slow_decay() -> str:
    """Return one epoch of the modes whose learning rate falls at different pace."""
    titles = {
        ("fastw2v-pair", 1e-4): "fastw2v-pair, 0.025 to 0.0001",
        ("gensim-iterable", 1e-4): "gensim-iterable, 0.025 to 0.0001",
        ("fastw2v-pair", 0.0125): "fastw2v-pair, 0.025 to 0.0125",
        ("gensim-file", 1e-4): "gensim-file with 2 workers",
    }
    rows = []
    for (peer, floor), title in titles.items():
        wanted = PLAIN | {"min_learning_rate": floor, "peer": peer, "epochs": 1}
        groups = runs_of("quality", dim=100, **wanted)
        rows += [[title, *scores(runs)] for runs in groups.values()]
    header = ["one epoch", "WordSim-353", "SimLex-999", "analogies", "mean"]
    return markdown(header, rows)


def gensim_after_five() -> tuple[float, float]:
    """Return the seconds of gensim's five epochs, from text to vectors, and its mean."""
    five = results.load("peers-5-epochs")
    (gensim,) = (row for row in five["rows"] if row["peer"] == "gensim-file")
    seconds = five["words"] / results.middle(gensim["total_words_per_second"])
    return seconds, statistics.mean(map(statistics.mean, gensim["quality"].values()))


def curve() -> str:
    """Return quality against seconds from text to vectors."""
    base, mean = gensim_after_five()
    rows = [
        (
            run["seconds"]["total"],
            [
                run["peer"],
                "rate {learning_rate:g}, decay {decay:g}, subsample {subsample:g}".format(
                    **run
                ),
                str(run["epochs"]),
            ],
            f"{mean_of_three(run):.1f}",
        )
        for run in results.load("curve")["runs"]
    ]
    title = ["gensim-file", "rate 0.025, decay 1, subsample 0.001", "5"]
    rows.append((base, title, f"{mean:.1f}"))
    table = [
        [*cells, f"{seconds:.0f} s", f"{base / seconds:.1f}", score]
        for seconds, cells, score in sorted(rows)
    ]
    header = ["trainer", "settings", "epochs", "text to vectors", "times as fast"]
    return markdown([*header, "mean of three"], table)


def limits() -> str:
    """Return where the time of a pair goes."""
    result = results.load("limits")
    cases = sorted({(row["dim"], row["batching"]) for row in result["rows"]})
    cells = {
        (row["name"], row["dim"], row["batching"]): results.with_spread(row["ns"], 0)
        for row in result["rows"]
    }
    names = list(dict.fromkeys(row["name"] for row in result["rows"]))
    rows = [[name, *(cells[name, *case] for case in cases)] for name in names]
    floors = [
        next(
            row["limit_ns"]
            for row in result["rows"]
            if (row["dim"], row["batching"]) == case
        )
        for case in cases
    ]
    rows.append(["limit of the multiply-adds", *(f"{floor:.0f}" for floor in floors)])
    header = ["ns a pair and thread", *(f"{b}, dim {d}" for d, b in cases)]
    return f"{markdown(header, rows)}\n{where(result)}.\n"


def cooccurrence() -> str:
    """Return counting against the usual ways."""
    result = results.load("cooccurrence")
    settings = result["settings"]
    rows = [
        [
            row["task"] + (", from a sample" if max(row["times"]) > 1 else ""),
            f"{results.middle(row['seconds']):.1f} s",
            results.with_spread(row["ratio"], 1),
            f"{max(row['peak_memory']) / 2**20:.0f} MiB",
        ]
        for row in result["rows"]
    ]
    header = ["way", "median time", "times the time of the first", "peak memory"]
    caption = (
        f"`{settings['corpus']}`: {settings['tokens'] / 1e6:.1f} M tokens, vocabulary"
        f" {settings['vocabulary']:,}, window {settings['window']} on both sides, plain"
        f" weights, {max(result['rows'][0]['pairs']) / 1e6:.1f} M different pairs;"
        " encoding and compiling not included."
    )
    times = max(max(row["times"]) for row in result["rows"])
    caption += (
        f' "From a sample": the first tokens only, time multiplied by {times:.0f}'
    )
    caption += f", memory not. {where(result)}."
    return f"{markdown(header, rows)}\n{caption}\n"


def svd_solvers() -> str:
    """Return the solvers of the truncated SVD."""
    result = results.load("svd-solvers")
    settings = result["settings"]
    rows = [
        [
            row["solver"],
            f"{results.middle(row['seconds']):.1f} s",
            f"{row['captured']:.4f}",
            f"{row['worst_value']:.0e}",
        ]
        for row in result["rows"]
    ]
    header = ["solver", "time", "subspace held", "largest error of a singular value"]
    caption = (
        f"PPMI of `{settings['corpus']}`, {settings['words']:,} words,"
        f" {settings['entries'] / 1e6:.1f} M entries, dim {settings['dim']}, float32."
        f" {where(result)}."
    )
    return f"{markdown(header, rows)}\n{caption}\n"


def graphs() -> str:
    """Return how well nodes of planted graphs find their communities."""
    result = results.load("graphs")
    sizes = sorted({row["nodes"] for row in result["rows"]})
    cells = {
        (row["trainer"], row["nodes"]): mean_and_deviation(
            [100 * score for score in row["quality"]]
        )
        for row in result["rows"]
    }
    trainers = dict.fromkeys(row["trainer"] for row in result["rows"])
    table = [[name, *(cells[name, size] for size in sizes)] for name in trainers]
    seeds = len(result["rows"][0]["quality"])
    header = ["neighbours alike, %", *(f"{size:,} nodes" for size in sizes)]
    return f"{markdown(header, table)}\n{seeds} seeds, {where(result)}.\n"


def methods() -> str:
    """Return trained and counted vectors side by side."""
    result = results.load("methods")
    first = result["rows"][0]["report"]["rows"]
    chosen = [
        (row["test_set"], row["measure"])
        for row in first
        if row["measure"] in {"spearman", "3CosAdd", "accuracy"}
    ]
    table = []
    for row in result["rows"]:
        found = {
            (r["test_set"], r["measure"]): r["scores"][0] for r in row["report"]["rows"]
        }
        cells = [row["method"], str(row["dim"]), f"{row['seconds']:.0f} s"]
        cells.append(f"{row['peak_memory'] / 2**20:.0f} MiB")
        for key in chosen:
            low, high = found[key]["interval"]
            cells.append(
                f"{100 * found[key]['value']:.1f} ({100 * low:.1f} to {100 * high:.1f})"
            )
        table.append(cells)
    names = [QUALITY.get(test_set, test_set) for test_set, _ in chosen]
    caption = (
        f"`{result['settings']['corpus']}`, one run of each, from the text file to the"
        " saved vectors in a process of its own, compiling included. In brackets 95 %"
        f" intervals by a bootstrap over the test's items. {where(result)}."
    )
    header = ["vectors", "dim", "time", "peak memory", *names]
    return f"{markdown(header, table)}\n{caption}\n"


def count_quality() -> str:
    """Return the evaluation of PPMI and its SVD."""
    result = results.load("count-quality")
    names = ["wordsim353", "simlex999", "questions-words"]
    rows = []
    for run in result["runs"]:
        common = [
            str(run["window"]),
            run["weighting"],
            f"{run['subsample']:g}",
            f"{run['smoothing']:g}",
        ]
        for what, quality in run["quality"].items():
            title = "PPMI" if run["dim"] is None else f"SVD {run['dim']}, {what}"
            cells = [f"{quality[n]:.1f}" if n in quality else "" for n in names]
            rows.append([*common, title, *cells])
    header = ["window", "weights", "subsample", "smoothing", "vectors"]
    return markdown([*header, *(QUALITY[name] for name in names)], rows)


def libraries() -> str:
    """Return what libraries did on gensim and on fastw2v."""
    result = results.load("libraries")

    def outcome(found: dict[str, Any]) -> str:
        if "error" in found:
            return f"ends with: {found['error']}"
        return f"{found['quality']:.3f} in {found['seconds']:.1f} s"

    table = []
    for row in result["rows"]:
        found = [row[engine] for engine in ("fastw2v", "gensim")]
        facts = next((facts for facts in found if "error" not in facts), None)
        if facts is None:  # says nothing of fastw2v
            continue
        cells = [f"{row['library']} {facts['version']}", row["gensim_version"]]
        cells += [facts["done"], outcome(row["gensim"]), outcome(row["fastw2v"])]
        table.append(cells)
    header = ["library", "gensim", "what was done", "on gensim", "on fastw2v"]
    caption = (
        "Quality is the share of the ten nearest neighbours that are of the same kind;"
        " seconds are of the call that trains, compiling included, one run, on"
        f" {where(result)}."
    )
    return f"{markdown(header, table)}\n{caption}\n"


def course() -> str:
    """Return what sentences say of the methods of a course, with intervals."""
    result = results.load("course")
    report, settings = result["report"], result["settings"]
    rows = [row for row in report["rows"] if row["measure"] == "accuracy"]
    table = []
    for number, name in enumerate(report["vectors"]):
        run = result["runs"][name]
        scores = [row["scores"][number] for row in rows]
        cells = [
            "{:.1%} ({:.1%} to {:.1%})".format(score["value"], *score["interval"])
            for score in scores
        ]
        epochs = str(run.get("epochs", "-"))
        table.append([*name.rsplit("-", 1), epochs, f"{run['seconds']:.1f} s", *cells])
    header = ["method", "dim", "epochs", "time"]
    header += [f"{row['test_set']}, n = {row['n']}" for row in rows]
    missing = ", ".join(f"*{word}*" for word in result["unknown"]) or "none"
    caption = (
        f"{settings['corpus']}: {settings['sentences']:,} sentences,"
        f" {settings['tokens']:,} tokens, {settings['vocabulary']:,} words that occur"
        f" {settings['min_count']} times or more (of the words drawn, too rare:"
        f" {missing}), window {settings['window']}. Wall time of training alone,"
        f" without compiling, one run, on {where(result)}. In brackets 95 % intervals of"
        " the accuracy by a bootstrap over the test sentences; they hold the vectors"
        " fixed, so the chance of training comes on top."
    )
    return f"{markdown(header, table)}\n{caption}\n"


def protections() -> str:
    """Return what was taken out, and which test failed then."""
    header = ["promise", "left without it", "test that failed"]
    entries = results.load("protections")
    table = [
        [entry["promise"], entry["without"], f"`{entry['test']}`"] for entry in entries
    ]
    caption = (
        f"{len(entries)} changes, each made alone in a copy. The tests pass on the copy"
        " without them. How each failed: `benchmarks/results/protections.json`."
    )
    return f"{markdown(header, table)}\n{caption}\n"


def soak() -> str:
    """Return what runs under fire have come through, and what memory did."""
    result = results.load("soak")
    table = [
        [
            f"{row['threads']} thread{'s' * (row['threads'] > 1)}",
            f"{row['seconds'] / 60:.0f} min",
            *(
                f"{row[name]:,}"
                for name in ("runs", "kills", "stops", "full disks", "files left")
            ),
        ]
        for row in result["killed"]
    ]
    header = ["", "time", "runs, all as they should be", "kills (SIGKILL)"]
    header += ["SIGSTOP before", "full disks", "files half written, removed"]
    memory = result["memory"]
    resident = memory["rss_mb"]
    caption = (
        f"One process that saved and went on {memory['pieces']:,} times in"
        f" {memory['seconds'] / 60:.0f} minutes: {resident['first']:.1f} MB at first,"
        f" {resident['half']:.1f} at half time, {resident['last']:.1f} at the end, at"
        f" most {memory['most_rss_mb']:.1f}; slope over the second half"
        f" {memory['slope_mb_per_hour']:.2f} MB an hour. {where(result)}, shared with"
        " other work."
    )
    return f"{markdown(header, table)}\n{caption}\n"


def fuzzing() -> str:
    """Return the executions and findings of each loader's fuzzing."""
    table = [
        [row["loader"], f"{sum(row['executions']):,}", row["findings"] or "0"]
        for row in results.load("fuzzing")["rows"]
    ]
    return markdown(["loader", "executions", "findings, all mended"], table)


def cluster_quality() -> str:
    """Return how far the scores of merged replicas are from those of one model."""
    result = results.load("cluster-quality")
    alone, groups = {}, {}
    for run in result["runs"]:
        task = (run["dim"], run["epochs"])
        if run["rule"] == "one model":
            alone[(*task, run["seed"])] = mean_of_three(run)
        groups.setdefault((*task, run["rule"], run["workers"]), []).append(run)
    rows = []
    for (dim, epochs, rule, workers), runs in sorted(groups.items()):
        means = [mean_of_three(run) for run in runs]
        base = [alone[dim, epochs, run["seed"]] for run in runs]
        away = [mean - one for mean, one in zip(means, base, strict=True)]
        is_alone = rule == "one model"
        rows.append(
            [
                *(str(dim), str(epochs), rule, "" if is_alone else str(workers)),
                f"{statistics.mean(means):.1f}",
                ""
                if is_alone
                else f"{statistics.mean(away):+.1f} ({min(away):+.1f} to {max(away):+.1f})",
                str(len(runs)),
            ]
        )
    header = ["dim", "epochs", "rule", "W", "mean score", "", "seeds"]
    return markdown(header, rows) + (
        f"\n{where(result)}. {result['settings']['corpus']}, windows, learning rate"
        f" {result['runs'][0]['learning_rate']}, one thread to a worker, simulated. Mean"
        " of WordSim-353, SimLex-999 and analogies, in percent, and its distance from"
        " one model with the same seed: mean (lowest to highest).\n"
    )


def cluster_speed() -> str:
    """Return how fast two workers are, beside two threads, and what merging takes."""
    result = results.load("cluster-speed")
    runs = result["runs"]
    threads = [run["words per second"] for run in runs["two threads"]]
    rows = []
    for name, own in runs.items():
        speeds = [run["words per second"] for run in own]
        ratios = [mine / theirs for mine, theirs in zip(speeds, threads, strict=True)]
        row = [
            name,
            results.with_spread(ratios),
            f"{statistics.median(speeds) / 1e6:.2f}",
        ]
        for figure, form in (
            ("merges", "{:.0f}"),
            ("milliseconds of a merge", "{:.0f}"),
            ("megabytes of a merge", "{:.1f}"),
            ("share of merging", "{:.0%}"),
        ):
            found = [run[figure] for run in own if figure in run]
            row.append(form.format(statistics.median(found)) if found else "")
        rows.append(row)
    header = ["", "speed", "million words/s", "merges", "ms a merge", "MB a merge",
              "of the time"]  # fmt: skip
    return markdown(header, rows) + (
        f"\n{where(result)}. {result['text']}, {result['epochs']} epochs, dim"
        f" {result['dim']}, windows. Speed relative to two threads in the same round:"
        f" median (lowest to highest) of {len(threads)}.\n"
    )


def cluster_rounds() -> str:
    result = results.load("cluster-rounds")
    settings, runs = result["settings"], result["runs"]
    tokens = settings["tokens"] * settings["epochs"]
    (alone,) = (run for run in runs if run["round_tokens"] is None)
    rows = []
    for run in runs:
        score = mean_of_three(run)
        workers, length = run["workers"], run["round_tokens"]
        planned = round(tokens / (workers * length)) if length else 0
        rows.append(
            [
                str(workers),
                f"{length:,}" if length else "",
                f"{planned} = {planned / workers**2:.0f} W^2" if length else "",
                f"{run['merging']['mean_divisor']:.2f}" if length else "",
                f"{score:.1f}",
                f"{score - mean_of_three(alone):+.1f}" if length else "",
            ]
        )
    header = ["W", "round_tokens", "rounds", "mean divisor", "mean score", ""]
    return markdown(header, rows) + (
        f"\n{where(result)}. {settings['corpus']}, {settings['tokens']:,} tokens,"
        f" {settings['epochs']} epochs, dim {settings['dim']}, learning rate"
        f" {settings['learning_rate']}, one seed. Mean of WordSim-353, SimLex-999 and"
        " analogies, in percent. Rounds are those of full length; short ones come"
        " before.\n"
    )


TABLES: dict[str, Callable[[], str]] = {
    "peers": lambda: peers("peers-5-epochs"),
    "peers-dim-300": lambda: peers("peers-dim-300"),
    "peers-cbow": lambda: peers("peers-cbow"),
    "peers-sg-hs": lambda: peers("peers-sg-hs"),
    "peers-1-epoch": lambda: peers("peers-1-epoch"),
    "peers-tree": lambda: peers("peers-tree"),
    "peers-sample": lambda: peers("peers-sample"),
    "quality": quality,
    "learning-rates": learning_rates,
    "slow-decay": slow_decay,
    "curve": curve,
    "limits": limits,
    "encoding": encoding,
    "phrases": phrases,
    "cooccurrence": cooccurrence,
    "svd-solvers": svd_solvers,
    "count-quality": count_quality,
    "kernels": lambda: speed_up("kernels", "NumPy reference"),
    "trainer": lambda: speed_up("trainer", "numpy"),
    "start-up": start_up,
    "cluster-quality": cluster_quality,
    "cluster-rounds": cluster_rounds,
    "cluster-speed": cluster_speed,
    "course": course,
    "libraries": libraries,
    "methods": methods,
    "graphs": graphs,
    "protections": protections,
    "soak": soak,
    "fuzzing": fuzzing,
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
