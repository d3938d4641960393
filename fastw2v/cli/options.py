"""Options and arguments that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from fastw2v.cli.corpora import EncodingErrors
from fastw2v.cluster.config import cluster_of
from fastw2v.config import Architecture, Backend, Batching, CbowUpdate

_TEXT = "Text"
_MODEL = "Model and training"
_RUNNING = "Running"
_ENDING = "Ending and going on"

Json = Annotated[
    bool, typer.Option("--json", help="Print results as JSON, one value a line.")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Show no progress and no notes.")
]
VectorsFile = Annotated[
    Path,
    typer.Argument(
        metavar="VECTORS",
        help="A vectors file under any name: .safetensors of fastw2v, word2vec text or"
        " binary, GloVe text (the last three also gzip-compressed).",
    ),
]
TopN = Annotated[int, typer.Option("--topn", "-n", min=1, help="Answers per query.")]
Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE...",
        help="Text files, glob patterns or folders (plain, .gz, .bz2, .xz, .zst),"
        " Parquet or Arrow files, or - for standard input. A line is a sentence;"
        " white space separates words.",
    ),
]
MinCount = Annotated[
    int,
    typer.Option(
        min=1, help="Drop words that occur fewer times.", rich_help_panel=_TEXT
    ),
]
MaxVocab = Annotated[
    int | None,
    typer.Option(
        min=1, help="Keep only this many most frequent words.", rich_help_panel=_TEXT
    ),
]
Column = Annotated[
    str | None,
    typer.Option(
        help="Column to read from Parquet or Arrow files.", rich_help_panel=_TEXT
    ),
]
EncodingErrorsOption = Annotated[
    EncodingErrors,
    typer.Option(
        help="For bytes that are not UTF-8: 'strict' stops with file and offset,"
        " 'replace' puts U+FFFD.",
        rich_help_panel=_TEXT,
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        help="Worker threads.", show_default="all cores", rich_help_panel=_RUNNING
    ),
]


def check_cluster(given: str | None) -> str | None:
    """Refuse a cluster there is not before a text is read."""
    if given is not None:
        cluster_of(given)
    return given


Cluster = Annotated[
    str | None,
    typer.Option(
        callback=check_cluster,
        help="auto: the workers of the Ray cluster this process can see; local:N: N"
        " worker processes of this machine (both need 'fastw2v\\[ray]'). sim:N trains N"
        " replicas one after another and merges them as N machines would, to see"
        " beforehand what that costs in quality. --threads are those of each.",
        show_default="none",
        rich_help_panel=_RUNNING,
    ),
]

Dim = Annotated[
    int, typer.Option(help="Components of a vector.", rich_help_panel=_MODEL)
]
Window = Annotated[
    int, typer.Option(help="Maximum one-sided window width.", rich_help_panel=_MODEL)
]
Negatives = Annotated[
    int,
    typer.Option(
        help="Noise words per pair; 0 only with --hierarchical-softmax.",
        rich_help_panel=_MODEL,
    ),
]
Subsample = Annotated[
    float,
    typer.Option(
        help="Threshold of frequent-word subsampling; 0 is off.",
        rich_help_panel=_MODEL,
    ),
]
NoiseExponent = Annotated[
    float,
    typer.Option(help="Noise is drawn by count to this power.", rich_help_panel=_MODEL),
]
Epochs = Annotated[
    int, typer.Option(help="Passes over the corpus.", rich_help_panel=_MODEL)
]
LearningRate = Annotated[
    float, typer.Option(help="Step size at the first token.", rich_help_panel=_MODEL)
]
MinLearningRate = Annotated[
    float,
    typer.Option(
        help="Step size after the last token.",
        rich_help_panel=_MODEL,
    ),
]
Decay = Annotated[
    float,
    typer.Option(
        help="In between: the share still to come, to this power; 1 is a line.",
        rich_help_panel=_MODEL,
    ),
]
BatchingOption = Annotated[
    Batching,
    typer.Option(
        help="One mini-batch per window (faster), or fresh noise for each pair (better"
        " for few words); auto: pair below 20000 words.",
        rich_help_panel=_MODEL,
    ),
]
ArchitectureOption = Annotated[
    Architecture,
    typer.Option(
        help="Each context predicts the center, or (cbow) all of them together.",
        rich_help_panel=_MODEL,
    ),
]
HierarchicalSoftmax = Annotated[
    bool,
    typer.Option(
        "--hierarchical-softmax",
        help="Predict words by the turns in a Huffman tree; alone with --negatives 0.",
        rich_help_panel=_MODEL,
    ),
]
CbowMean = Annotated[
    bool,
    typer.Option(
        "--cbow-mean/--cbow-sum",
        help="How CBOW puts contexts together.",
        rich_help_panel=_MODEL,
    ),
]
CbowUpdateOption = Annotated[
    CbowUpdate,
    typer.Option(
        help="What each CBOW context takes of the gradient: as word2vec.c and gensim do,"
        " or the exact gradient (which wants a higher learning rate).",
        rich_help_panel=_MODEL,
    ),
]
ShrinkWindows = Annotated[
    bool,
    typer.Option(
        "--shrink-windows/--fixed-windows",
        help="Each center draws its reach from 1 to --window, or all have the whole.",
        rich_help_panel=_MODEL,
    ),
]
BackendOption = Annotated[
    Backend,
    typer.Option(
        help="Threads over compiled kernels, Numba's parallel loop over the same"
        " kernels, or the NumPy reference (slow).",
        rich_help_panel=_RUNNING,
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        help="With --threads 1 the same seed gives the same bits.",
        rich_help_panel=_MODEL,
    ),
]
Checkpoint = Annotated[
    Path | None,
    typer.Option(
        help="Save here what the run needs to go on, on the way and at its end.",
        rich_help_panel=_ENDING,
    ),
]
Every = Annotated[
    str,
    typer.Option(
        help="How much training lies between two checkpoints: 30s, 10min, 2h, 5Mtokens,"
        " 1epoch.",
        rich_help_panel=_ENDING,
    ),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume",
        help="Go on from the checkpoint if it is there, else begin.",
        rich_help_panel=_ENDING,
    ),
]
MaxSeconds = Annotated[
    float | None,
    typer.Option(
        help="End the training after so many seconds, and save.",
        rich_help_panel=_ENDING,
    ),
]
MaxWords = Annotated[
    int | None,
    typer.Option(
        help="End it after so many tokens of the corpus, over all epochs, and save.",
        rich_help_panel=_ENDING,
    ),
]
HeldOut = Annotated[
    Path | None,
    typer.Option(
        help="A text that is not trained on: end the training when the loss on it has"
        " not fallen for --patience epochs, and save.",
        rich_help_panel=_ENDING,
    ),
]
Patience = Annotated[
    int,
    typer.Option(min=1, help="Epochs without improvement.", rich_help_panel=_ENDING),
]
VectorsOutput = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        help="Vectors file; the suffix chooses the format: .safetensors (also keeps"
        " the context vectors), .txt or .vec (word2vec text), .bin (word2vec"
        " binary), each of the last three also with .gz.",
    ),
]
