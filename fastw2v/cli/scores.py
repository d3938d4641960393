"""How the scores of an evaluation are printed."""

from collections.abc import Mapping

from fastw2v.cli.output import print_table
from fastw2v.vectors.evaluate import Report
from fastw2v.vectors.evaluate.bootstrap import Interval
from fastw2v.vectors.scores import AnalogiesResult, Judged


def print_report(report: Report) -> None:
    """Print measures and intervals; for several files of vectors, differences too."""
    names = [str(i) for i in range(1, len(report.vectors) + 1)]
    if len(names) > 1:
        print_table(("file", "vectors"), list(zip(names, report.vectors, strict=True)))
        print()
    header = ("set", "measure", *(names if len(names) > 1 else ["score"]))
    print_table(
        (*header, "n", "skipped"),
        [
            (
                row.test_set,
                row.measure,
                *(_with_interval(s.value, s.interval, "") for s in row.scores),
                f"{row.n}",
                f"{row.skipped}",
            )
            for row in report.rows
        ],
    )
    if len(names) > 1:
        print()
        print_table(
            ("difference to file 1", "measure", *names[1:]),
            [
                (
                    row.test_set,
                    row.measure,
                    *(
                        _with_interval(s.difference, s.difference_interval, "+")
                        for s in row.scores[1:]
                    ),
                )
                for row in report.rows
            ],
        )
    if report.rounds:
        print(
            f"\nIn brackets: 95 % intervals, {report.rounds} rounds of a bootstrap over"
            " the n items."
        )


def print_sections(results: Mapping[str, Judged]) -> None:
    """Print the sections of each set of analogies."""
    for name, result in results.items():
        if isinstance(result, AnalogiesResult):
            print()
            _print_analogies(name, result)


def _with_interval(value: float, interval: Interval | None, sign: str) -> str:
    text = f"{value:{sign}.3f}"
    if interval is None:
        return text
    return f"{text} [{interval.low:{sign}.3f}, {interval.high:{sign}.3f}]"


def _print_analogies(name: str, result: AnalogiesResult) -> None:
    scores = [*result.sections, result.semantic, result.syntactic, result.all]
    rows = [
        (
            score.name,
            "-" if score.accuracy is None else f"{score.accuracy:.1%}",
            f"{score.correct}",
            f"{score.total}",
            f"{score.skipped}",
        )
        for score in scores
    ]
    print_table((name, "accuracy", "correct", "answered", "skipped"), rows)
