"""`fastw2v evaluate`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fastw2v.cli import evaluate_options as own
from fastw2v.cli.output import note, print_json
from fastw2v.cli.scores import print_report, print_sections
from fastw2v.errors import ConfigError
from fastw2v.replace import check_can_write
from fastw2v.vectors.evaluate import (
    EvaluationSet,
    Report,
    evaluate_sets,
    holds_analogies,
)
from fastw2v.vectors.evaluate.report import Kind
from fastw2v.vectors.formats.by_suffix import load_vectors
from fastw2v.vectors.formats.labelled import Columns
from fastw2v.vectors.keyed_vectors import KeyedVectors
from fastw2v.vectors.plot import check_figure_file, plot_report, save_figure

_NAMES = Columns()


def evaluate(
    files: own.Files,
    compare: own.Compare = False,
    analogies: own.Analogies = None,
    pairs: own.Pairs = None,
    outliers: own.Outliers = None,
    categories: own.Categories = None,
    sentences: own.Sentences = None,
    label_column: own.LabelColumn = _NAMES.label,
    text_column: own.TextColumn = _NAMES.text,
    split_column: own.SplitColumn = _NAMES.split,
    merge_labels: own.MergeLabels = None,
    cosmul: own.Cosmul = False,
    restrict_vocab: own.RestrictVocab = 300_000,
    case_sensitive: own.CaseSensitive = False,
    bootstrap: own.Bootstrap = 1000,
    seed: own.Seed = 1,
    plot: own.Plot = None,
    json: own.Json = False,
) -> None:
    """Score vectors: analogies, similarities, outliers, categories, sentences.

    Prints each measure with its 95 % bootstrap interval, and for several vectors files
    the differences to the first, on what all of them have the words of.

    Example: fastw2v evaluate vectors.safetensors questions-words.txt wordsim353.tsv
    """
    sets = [
        *_sets_by_content([] if compare else files[1:]),
        *_sets("analogies", analogies),
        *_sets("pairs", pairs),
        *_sets("outliers", outliers),
        *_sets("categories", categories),
        *_sets("sentences", sentences),
    ]
    if not sets:
        raise ConfigError("no set to judge by is given: name files, see --help")
    own_options: dict[str, dict[str, Any]] = {
        "sentences": {
            "columns": Columns(label_column, text_column, split_column),
            "merge": _merged(merge_labels),
        }
    }
    sets = [
        part._replace(
            options={
                "restrict_vocab": restrict_vocab,
                "case_insensitive": not case_sensitive,
                **own_options.get(part.kind, {}),
            }
        )
        for part in sets
    ]
    if plot is not None:
        check_figure_file(plot)
        check_can_write(plot)
    vectors = _load(files if compare else files[:1])
    report = evaluate_sets(
        vectors,
        list(_with_cosmul(sets)) if cosmul else sets,
        bootstrap=bootstrap,
        seed=seed,
    )
    if plot is not None:
        save_figure(plot_report(report), plot)
        note(f"report drawn to {plot}", quiet=json)
    _print(report, compare=compare, json=json)


def _print(report: Report, *, compare: bool, json: bool) -> None:
    if json:
        print_json(report.as_dict() if compare else _by_set(report.as_dict()))
        return
    print_report(report)
    if not compare:
        print_sections(report.results[0])


def _by_set(report: dict[str, Any]) -> dict[str, Any]:
    """Return the result of each set under its name, with its intervals."""
    (results,) = report["results"]
    return {
        name: result
        | {
            "intervals": {
                row["measure"]: row["scores"][0]["interval"]
                for row in report["rows"]
                if row["test_set"] == name
            }
        }
        for name, result in results.items()
    }


def _sets_by_content(paths: Sequence[Path]) -> Iterator[EvaluationSet]:
    for path in paths:
        yield from _sets("analogies" if holds_analogies(path) else "pairs", [path])


def _sets(kind: Kind, paths: Sequence[Path] | None) -> Iterator[EvaluationSet]:
    for path in paths or ():
        yield EvaluationSet(str(path), kind, path)


def _with_cosmul(sets: Sequence[EvaluationSet]) -> Iterator[EvaluationSet]:
    """Yield analogies twice, the second time to be answered by 3CosMul."""
    for part in sets:
        yield part
        if part.kind == "analogies":
            options = {**part.options, "method": "3CosMul"}
            yield part._replace(name=f"{part.name} (3CosMul)", options=options)


def _load(files: Sequence[Path]) -> dict[str, KeyedVectors]:
    names = [str(path) for path in files]
    if len(set(names)) < len(names):
        raise ConfigError(f"a vectors file is given twice, of {names}: name each once")
    return {name: load_vectors(path) for name, path in zip(names, files, strict=True)}


def _merged(text: str | None) -> dict[str, str] | None:
    """Return the class of each label of '0 1, 3 4': its labels joined by +."""
    if text is None:
        return None
    groups = [group.split() for group in text.split(",")]
    merged = {label: "+".join(group) for group in groups for label in group}
    if len(groups) < 2 or not all(groups) or len(merged) < sum(map(len, groups)):
        raise ConfigError(
            f"merge-labels is {text!r}: give two or more groups of labels, separated by"
            " commas, each label once, as in '0 1, 3 4'"
        )
    return merged
