"""`fastw2v plot`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from fastw2v.cli import plot_options as own
from fastw2v.cli.output import note, print_json
from fastw2v.config import TrainConfig
from fastw2v.errors import ConfigError, FormatError
from fastw2v.replace import check_can_write
from fastw2v.vectors.formats.by_suffix import load_vectors
from fastw2v.vectors.formats.projector import save_projector
from fastw2v.vectors.formats.run_record import read_run
from fastw2v.vectors.keyed_vectors import KeyedVectors
from fastw2v.vectors.plot import (
    check_figure_file,
    plot_analogies,
    plot_history,
    plot_similarities,
    plot_spectrum,
    plot_words,
    save_figure,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

plot = typer.Typer(no_args_is_help=True, help="Draw vectors and training runs.")


@plot.command()
def words(
    vectors: own.VectorsFile,
    output: own.Output,
    chosen: own.Words = None,
    count: own.Count = 100,
    method: own.Method = "pca",
    skip_unknown: own.SkipUnknown = False,
    raw: own.Raw = False,
    seed: own.Seed = 1,
    title: own.Title = None,
    quiet: own.Quiet = False,
) -> None:
    """Draw words in the plane: those named, or the most frequent.

    Example: fastw2v plot words vectors.safetensors king queen man woman -o words.png
    """

    def draw() -> "Figure":
        kv = load_vectors(vectors)
        named = _known(kv, chosen, skip_unknown, quiet) if chosen else None
        return plot_words(
            kv, named, count=count, method=method, unit=not raw, seed=seed, title=title
        )

    _draw(draw, output, quiet)


@plot.command()
def analogies(
    vectors: own.VectorsFile,
    pairs: own.Pairs,
    output: own.Output,
    method: own.Method = "pca",
    raw: own.Raw = False,
    seed: own.Seed = 1,
    title: own.Title = None,
    quiet: own.Quiet = False,
) -> None:
    """Draw an arrow from the first to the second word of each pair.

    Example: fastw2v plot analogies vectors.safetensors man:king woman:queen -o out.png
    """
    split = [tuple(pair.split(":")) for pair in pairs]
    for pair, parts in zip(pairs, split, strict=True):
        if len(parts) != 2 or not all(parts):
            raise ConfigError(f"{pair!r} is no pair: write two words with : between")
    steps = [(parts[0], parts[1]) for parts in split]

    def draw() -> "Figure":
        kv = load_vectors(vectors)
        return plot_analogies(
            kv, steps, method=method, unit=not raw, seed=seed, title=title
        )

    _draw(draw, output, quiet)


@plot.command()
def spectrum(
    vectors: own.VectorsFiles, output: own.Output, quiet: own.Quiet = False
) -> None:
    """Draw the singular values of vectors and their cumulative variance.

    Example: fastw2v plot spectrum skipgram.safetensors cbow.safetensors -o spectrum.svg
    """

    def draw() -> "Figure":
        return plot_spectrum({str(path): load_vectors(path) for path in vectors})

    _draw(draw, output, quiet)


@plot.command()
def heatmap(
    vectors: own.VectorsFile,
    chosen: own.SomeWords,
    output: own.Output,
    skip_unknown: own.SkipUnknown = False,
    title: own.Title = None,
    quiet: own.Quiet = False,
) -> None:
    """Draw the cosines between words.

    Example: fastw2v plot heatmap vectors.safetensors rain snow coffee tea -o heat.png
    """

    def draw() -> "Figure":
        kv = load_vectors(vectors)
        named = _known(kv, chosen, skip_unknown, quiet)
        return plot_similarities(kv, named, title=title)

    _draw(draw, output, quiet)


@plot.command()
def history(runs: own.Runs, output: own.Output, quiet: own.Quiet = False) -> None:
    """Draw loss and learning rate of the runs that `fastw2v train --json` printed.

    Example: fastw2v plot history run.json longer-run.json -o history.png
    """
    from fastw2v.training.curves import run_curves

    def draw() -> "Figure":
        curves = []
        for path in runs:
            record = read_run(path)
            try:
                config = TrainConfig(**record.config)
            except TypeError as error:
                raise FormatError(f"{path} is of another version: {error}") from error
            curves.append(run_curves(str(path), config, record.losses))
        return plot_history(curves)

    _draw(draw, output, quiet)


@plot.command()
def projector(
    vectors: own.VectorsFile,
    output: own.Folder,
    count: own.Count = 10_000,
    json: own.Json = False,
    quiet: own.Quiet = False,
) -> None:
    """Write a folder for the embedding projector of TensorBoard.

    Example: fastw2v plot projector vectors.safetensors -o projector
    """
    written = save_projector(load_vectors(vectors), output, count=count)
    note(f"{written:,} vectors written to {output}", quiet=quiet or json)
    if json:
        print_json({"output": str(output), "words": written})


def _draw(draw: Callable[[], "Figure"], output: Path, quiet: bool) -> None:
    """Draw to a file, of which is known before the work that it can be written."""
    check_figure_file(output)
    check_can_write(output)
    save_figure(draw(), output)
    note(f"drawn to {output}", quiet=quiet)


def _known(
    kv: KeyedVectors, chosen: list[str], skip_unknown: bool, quiet: bool
) -> list[str]:
    """Return the words; with ``skip_unknown`` those with a vector."""
    if not skip_unknown:
        return chosen
    known = [word for word in chosen if word in kv]
    if not known:
        raise ConfigError(f"none of the {len(chosen)} words has a vector: name others")
    if left_out := [word for word in chosen if word not in kv]:
        note(f"without a vector: {' '.join(left_out)}", quiet=quiet)
    return known
