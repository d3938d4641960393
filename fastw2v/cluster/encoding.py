"""The public `encode`: on this machine, or on the nodes of a cluster."""

from pathlib import Path

from fastw2v.checks import check_bool, check_callable, check_path
from fastw2v.cluster.config import RayCluster, SimulatedCluster, cluster_of
from fastw2v.config import EncodingErrors
from fastw2v.corpus.encode import (
    DEFAULT_LIMITS,
    EncodeOptions,
    Progress,
    encode_to_folder,
    encode_to_memory,
)
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.tally import Limits
from fastw2v.corpus.vocab import Vocab
from fastw2v.errors import ConfigError

# Of counts on their way; what does not fit goes to disk.
_STORE_BYTES = 1 << 28


def encode(
    source: object,
    *,
    min_count: int = DEFAULT_LIMITS.min_count,
    max_vocab: int | None = DEFAULT_LIMITS.max_vocab,
    vocab: Vocab | None = None,
    column: str | None = None,
    encoding_errors: EncodingErrors = "strict",
    threads: int | None = None,
    output: str | Path | None = None,
    overwrite: bool = False,
    cluster: RayCluster | str | None = None,
    progress: Progress | None = None,
) -> EncodedCorpus:
    r"""Read text once and return it as numbered tokens.

    Parameters
    ----------
    source : path(s), open file, iterable of token lists, or Arrow column
        - A path, a glob pattern, a folder (its files in name order), or a list
          of these; ``"-"`` is the standard input. Text may be plain, ``.gz``,
          ``.bz2``, ``.xz`` or ``.zst``; ``.parquet``, ``.arrow`` and
          ``.feather`` files are tables.
        - An open binary or text file.
        - An iterable of sentences, each a list, tuple or 1-d NumPy array of
          str; generators are read once. Empty strings are no words. A 1-d
          NumPy array of str is an array of lines.
        - An Arrow array, chunked array or table, or a pandas or polars one. A
          column of strings holds lines to split, a column of lists sentences
          that are split already. Nulls are skipped.
    min_count : int
        Words that occur less often are dropped.
    max_vocab : int, optional
        Keep at most this many words, the most frequent.
    vocab : Vocab, optional
        Number the words by this vocabulary, of another text perhaps, and drop
        all others; takes the place of `min_count` and `max_vocab`. The result
        has this very vocabulary, with its counts: those decide on subsampling
        and noise, not the counts in this text. None may be 0.
    column : str, optional
        Column of a table; not needed if only one holds text.
    encoding_errors : {"strict", "replace"}
        Whether bytes that are not UTF-8 raise, or are read as U+FFFD.
    threads : int, optional
        Worker threads; all cores by default. The result is the same for any.
    output : path, optional
        Write the corpus into this folder while reading, so that memory holds
        only the vocabulary and a few chunks; the result is mapped from there.
    overwrite : bool
        Replace `output` if it is an encoded corpus.
    cluster : RayCluster or str, optional
        Let the nodes of a Ray cluster read parts of the files, one to a core: "auto"
        (the cluster this process can see) or "local:N" (N processes here). The result
        is the same, byte for byte. `source` must then be files, and these and the
        folder around `output` must be visible to all nodes under the same paths. Only
        plain text is read by more than one; of compressed files and tables each is a
        part. docs/cluster.md.
    progress : callable, optional
        Called in this thread as ``progress(bytes_read, bytes_total)`` after
        each chunk; `bytes_total` is None where unknown, and `bytes_read` is 0
        for an iterable.

    Returns
    -------
    EncodedCorpus
        Words are numbered by falling count, ties by first appearance; or as in
        `vocab`.

    Raises
    ------
    FileNotFoundError
        If a path, pattern or folder leads to no file.
    CorpusError
        If the text cannot be read, or no word is left.
    ConfigError
        If a number is out of its range, or limits are given beside `vocab`; or
        `cluster` without `output`, or with `threads`.
    TypeError
        If `vocab` is something else.

    Notes
    -----
    Tokens are separated by whitespace as in ``str.split()``. A sentence ends
    only at "\n", at the end of a file, cell or token list; it is never cut. A
    sentence left with no word is left out, so `offsets` rises strictly. A UTF-8
    byte-order mark at the start of a file is skipped.
    """
    options = EncodeOptions(
        Limits(min_count, max_vocab), vocab, column, encoding_errors, threads
    )
    options.check()
    check_bool("overwrite", overwrite)
    report = _ignore if progress is None else progress
    check_callable("progress", report)
    target = None if output is None else check_path("output", output)
    if cluster is not None:
        return _encode_on(cluster, source, options, report, target, overwrite=overwrite)
    if target is None:
        return encode_to_memory(source, options, report)
    return encode_to_folder(source, options, report, target, overwrite=overwrite)


def _encode_on(
    cluster: RayCluster | str,
    source: object,
    options: EncodeOptions,
    progress: Progress,
    target: Path | None,
    *,
    overwrite: bool,
) -> EncodedCorpus:
    if target is None:
        raise ConfigError(
            "cluster is given without output: give a folder on storage that all nodes"
            " see, to put the encoded corpus into"
        )
    if options.threads is not None:
        raise ConfigError(
            f"threads is {options.threads}, but a cluster runs as many tasks as it has"
            " cores, each on one: leave threads out"
        )
    nodes = cluster_of(cluster)
    if isinstance(nodes, SimulatedCluster):
        raise ConfigError(
            f"cluster is {cluster!r}, which is simulated, and would read the text here:"
            " leave cluster out"
        )
    from fastw2v.cluster.ray_start import connected
    from fastw2v.cluster.ray_tasks import RayTasks
    from fastw2v.corpus.parts import encode_in_parts

    with connected(nodes, _STORE_BYTES):
        return encode_in_parts(
            source, options, RayTasks(), progress, target, overwrite=overwrite
        )


def _ignore(_read: int, _total: int | None) -> None:
    """Show no progress."""
