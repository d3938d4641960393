r"""Draw the saved results: speed against peers, threads, quality against time.

python benchmarks/plots.py                   into docs/images
python benchmarks/plots.py --folder charts
"""

import argparse
from pathlib import Path
from typing import Any

import results
from report import gensim_after_five, mean_of_three

from fastw2v.vectors.plot.figures import COLOURS, new_figure, save_figure

IMAGES = Path(__file__).parent.parent / "docs" / "images"
PEERS = {"dim 100": "peers-5-epochs", "dim 300": "peers-dim-300"}
SIDES = {
    "training_ratio": "training alone, five epochs",
    "total_ratio": "text to saved vectors, five epochs, compiling included",
}


def bars(axes: Any, place: float, ratios: list[float], **style: Any) -> None:
    """Draw the median as a bar, lowest to highest as a line, the number above."""
    middle = results.middle(ratios)
    spread = [[middle - min(ratios)], [max(ratios) - middle]]
    axes.bar(place, middle, yerr=spread, ecolor="0.3", capsize=3, **style)
    axes.annotate(
        f"{middle:.1f}",
        (place, max(ratios)),
        xytext=(0, 4),
        textcoords="offset points",
        ha="center",
        fontsize=9,
    )


def draw_speed() -> Any:
    """Draw how many times as fast as gensim each peer is."""
    figure = new_figure(9, 3.6)
    for axes, (key, title) in zip(figure.subplots(1, 2), SIDES.items(), strict=True):
        for group, (_, name) in enumerate(PEERS.items()):
            rows = results.load(name)["rows"]
            width = 0.8 / len(rows)
            for at, row in enumerate(rows):
                place = group - 0.4 + (at + 0.5) * width
                label = row["peer"] if group == 0 else None
                bars(
                    axes,
                    place,
                    row[key],
                    width=0.92 * width,
                    color=COLOURS[at],
                    label=label,
                )
        axes.set_xticks(range(len(PEERS)), list(PEERS))
        axes.set_title(title, fontsize=10)
        axes.set_ylabel("times as fast as gensim")
        axes.grid(axis="y", color="0.92")
        axes.set_axisbelow(True)
        axes.margins(y=0.12)
    axes.legend(fontsize=8)
    return figure


def draw_scaling() -> Any:
    """Draw million pairs a second over all threads, as rows are shared or not."""
    result = results.load("limits")
    rows = {
        (row["name"], row["dim"], row["batching"]): row["ns"] for row in result["rows"]
    }
    cases = sorted({(dim, batching) for _, dim, batching in rows})
    threads = result["machine"]["cores"]
    lines = {
        "private rows": f"whole, {threads} threads",
        "all rows shared": f"whole, {threads} threads, no private rows",
        "weights of its own for each": f"whole, {threads} threads, own weights",
    }
    figure = new_figure(2.6 * len(cases), 3.4)
    for axes, case in zip(figure.subplots(1, len(cases)), cases, strict=True):
        alone = 1e3 / results.middle(rows[("whole", *case)])
        axes.plot([1, threads], [alone, threads * alone], color="0.75", ls="--")
        for colour, (label, name) in zip(COLOURS, lines.items(), strict=False):
            together = [threads * 1e3 / ns for ns in rows[(name, *case)]]
            middle = results.middle(together)
            spread = [[0, middle - min(together)], [0, max(together) - middle]]
            axes.errorbar(
                [1, threads],
                [alone, middle],
                yerr=spread,
                color=colour,
                marker="o",
                capsize=3,
                label=label,
            )
        axes.set_title(f"{case[1]}, dim {case[0]}", fontsize=10)
        axes.set_xticks([1, threads])
        axes.set_xlabel("threads")
        axes.set_ylim(bottom=0)
        axes.grid(color="0.92")
    figure.axes[0].set_ylabel("million pairs a second")
    figure.axes[0].legend(fontsize=7)
    return figure


def draw_quality_and_time() -> Any:
    """Draw the mean of three scores against seconds from text to vectors."""
    figure = new_figure(7, 3.8)
    axes = figure.subplots()
    runs = sorted(results.load("curve")["runs"], key=lambda run: run["epochs"])
    kinds = list(dict.fromkeys(_settings_of(run) for run in runs))
    for colour, kind in zip(COLOURS, kinds, strict=False):
        own = [run for run in runs if _settings_of(run) == kind]
        seconds = [run["seconds"]["total"] for run in own]
        means = [mean_of_three(run) for run in own]
        axes.plot(seconds, means, color=colour, marker="o", label=kind)
        for x, y, run in zip(seconds, means, own, strict=True):
            axes.annotate(
                str(run["epochs"]), (x, y), xytext=(4, 4), textcoords="offset points"
            )
    seconds, mean = gensim_after_five()
    axes.plot([seconds], [mean], color="0.3", marker="s", ls="", label="gensim, file")
    axes.annotate("5", (seconds, mean), xytext=(4, 4), textcoords="offset points")
    axes.set_xscale("log")
    axes.set_xlabel("seconds from text to saved vectors")
    axes.set_ylabel("mean of the three scores, %")
    axes.set_title("numbers at the points: epochs", fontsize=9)
    axes.grid(which="both", color="0.92")
    axes.legend(fontsize=8)
    return figure


def _settings_of(run: dict[str, Any]) -> str:
    return (
        f"{run['peer']}, rate {run['learning_rate']:g}, decay {run['decay']:g},"
        f" subsample {run['subsample']:g}"
    )


FIGURES = {
    "speed": draw_speed,
    "scaling": draw_scaling,
    "quality-time": draw_quality_and_time,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=IMAGES)
    folder = parser.parse_args().folder
    for name, draw in FIGURES.items():
        save_figure(draw(), folder / f"{name}.png")
        print(folder / f"{name}.png")


if __name__ == "__main__":
    main()
