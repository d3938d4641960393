"""From the sources a command was given to an encoded corpus."""

from pathlib import Path
from typing import Literal, NamedTuple

from fastw2v.cli.output import byte_bar, note
from fastw2v.cluster.encoding import encode
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.vocab import Vocab
from fastw2v.errors import ConfigError

EncodingErrors = Literal["strict", "replace"]


class TextOptions(NamedTuple):
    """How text is to be read; the options of `fastw2v.encode`."""

    min_count: int = 5
    max_vocab: int | None = None
    column: str | None = None
    encoding_errors: EncodingErrors = "strict"
    threads: int | None = None
    vocab: Vocab | None = None


def is_encoded(sources: list[str]) -> bool:
    """Tell whether a command was given an encoded corpus, which is one folder."""
    return len(sources) == 1 and EncodedCorpus.is_saved_at(sources[0])


def check_not_a_source(output: Path, sources: list[str]) -> None:
    """Raise `ConfigError` if writing `output` would replace one of the texts."""
    from fastw2v.corpus.sources import find_files  # imports pyarrow: 0.2 s

    if sources == ["-"] or is_encoded(sources):
        return
    if output.resolve() in {path.resolve() for path in find_files(sources)}:
        raise ConfigError(
            f"{output}, the output, is one of the texts and would be replaced; give"
            " another name"
        )


def encode_sources(
    sources: list[str],
    options: TextOptions,
    *,
    output: Path | None = None,
    overwrite: bool = False,
    cluster: str | None = None,
    quiet: bool = False,
) -> EncodedCorpus:
    """Encode text with a bar, and say what came out."""
    with byte_bar("encoding", quiet=quiet) as progress:
        corpus = encode(
            sources[0] if sources == ["-"] else sources,
            **options._asdict(),
            output=output,
            overwrite=overwrite,
            cluster=cluster,
            progress=progress,
        )
    note(describe(corpus), quiet=quiet)
    return corpus


def describe(corpus: EncodedCorpus) -> str:
    """Return a corpus in one line."""
    return (
        f"{corpus.raw_tokens:,} tokens, {len(corpus.tokens):,} of them in a"
        f" vocabulary of {len(corpus.vocab):,} words, {corpus.sentences:,} sentences"
    )


def corpus_facts(corpus: EncodedCorpus) -> dict[str, int]:
    """Return the figures of a corpus, for JSON."""
    return {
        "raw_tokens": corpus.raw_tokens,
        "tokens": len(corpus.tokens),
        "vocabulary": len(corpus.vocab),
        "sentences": corpus.sentences,
    }
