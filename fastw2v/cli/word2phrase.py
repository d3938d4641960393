"""`fastw2v word2phrase`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastw2v.cli.c_flags import Flag
from fastw2v.cli.corpora import check_not_a_source
from fastw2v.cli.output import byte_bar, note
from fastw2v.replace import check_target


@dataclass(frozen=True, kw_only=True)
class Word2PhraseFlags:
    """The flags of word2phrase.c, with its defaults."""

    train: Annotated[
        Path, Flag("Text to read, twice; also .gz, .bz2, .xz or .zst, by its suffix.")
    ]
    output: Annotated[
        Path, Flag("File to write; compressed if it ends in .gz, .bz2 or .xz.")
    ]
    min_count: Annotated[
        int, Flag("Leave words and pairs alone that occur fewer times.", low=1)
    ] = 5
    threshold: Annotated[
        float, Flag("Join pairs that score more; higher means fewer phrases.", low=0)
    ] = 100
    debug: Annotated[
        int, Flag("0 says nothing, 1 what was done, 2 shows progress, too.", low=0)
    ] = 2


def word2phrase(flags: Word2PhraseFlags) -> None:
    """Join words that often stand together: "new york" to "new_york".

    Takes the flags of word2phrase.c and writes what it does: a pair of neighbours a, b
    that occurs ab times in a text of N words scores (ab - min_count) N / (a b); lines
    and all other words stay as they are. One run joins two words; run it on its own
    output, with a lower threshold, for longer phrases.

    Unlike there, long words are not cut, the last word is kept if no line end follows,
    and the output appears only when it is complete.

    Example: fastw2v word2phrase -train text.txt -output phrases.txt -threshold 100
    """
    from fastw2v.corpus import word2phrase as tool  # imports pyarrow: 0.2 s

    check_target(flags.output)
    check_not_a_source(flags.output, [str(flags.train)])
    with byte_bar("joining", quiet=flags.debug < 2) as progress:
        result = tool.word2phrase(
            flags.train,
            flags.output,
            min_count=flags.min_count,
            threshold=flags.threshold,
            progress=progress or (lambda *_: None),
        )
    note(
        f"{result.words:,} words, {result.vocabulary:,} words and pairs that occur at"
        f" least {flags.min_count} times, {result.joined:,} pairs joined, written to"
        f" {flags.output}",
        quiet=flags.debug < 1,
    )
