"""The commands, and how their errors look."""

import os
import sys
from typing import Annotated, Any

import typer
import typer.core

from fastw2v.cli.analogy import analogy
from fastw2v.cli.c_flags import register
from fastw2v.cli.compute_accuracy import compute_accuracy
from fastw2v.cli.count import count
from fastw2v.cli.distance import distance
from fastw2v.cli.encode import encode
from fastw2v.cli.evaluate import evaluate
from fastw2v.cli.export import export
from fastw2v.cli.fetch import fetch
from fastw2v.cli.info import info
from fastw2v.cli.output import EXIT_ERROR, EXIT_INTERRUPTED, print_error
from fastw2v.cli.plan import plan
from fastw2v.cli.plot import plot
from fastw2v.cli.similar import similar
from fastw2v.cli.train import train
from fastw2v.cli.word2phrase import Word2PhraseFlags, word2phrase
from fastw2v.cli.word2vec import word2vec
from fastw2v.cli.word2vec_flags import Word2vecFlags
from fastw2v.cli.word_analogy import word_analogy
from fastw2v.errors import Fastw2vError
from fastw2v.version import __version__


class _OneLineErrors(typer.core.TyperGroup):
    """Ends with one line and an exit code where Python would print a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except BrokenPipeError:
            # The reader has what it wanted; Python's own flush at exit would fail again.
            os._exit(EXIT_ERROR)
        except (Fastw2vError, OSError, KeyError, MemoryError) as error:
            print_error(error)
            raise typer.Exit(EXIT_ERROR) from None
        except KeyboardInterrupt:
            # At once: a thread that is still compiling would delay a normal exit.
            print("fastw2v: interrupted", file=sys.stderr, flush=True)
            os._exit(EXIT_INTERRUPTED)


app = typer.Typer(
    cls=_OneLineErrors,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Train word vectors from text, and use them.",
    epilog="Exit codes: 0 done, 1 error, 2 wrong usage, 130 interrupted (Ctrl-C),"
    " 143 terminated.",
)
for command in (
    train,
    plan,
    count,
    encode,
    similar,
    analogy,
    evaluate,
    export,
    fetch,
    info,
):
    app.command()(command)
app.add_typer(plot, name="plot")
register(app, Word2vecFlags, word2vec)
register(app, Word2PhraseFlags, word2phrase)
for tool in (distance, word_analogy, compute_accuracy):
    app.command()(tool)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"fastw2v {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print it, exit."
        ),
    ] = False,
) -> None:
    pass
