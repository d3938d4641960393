"""Public corpora and evaluation files: where they are published, and fetching them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from fastw2v.corpus.checksums import check_file, recorded_hash, write_record
from fastw2v.corpus.download import Progress, cache_folder, download
from fastw2v.corpus.unpack import PLAIN, Packing, PairTable, unpack
from fastw2v.errors import DownloadError
from fastw2v.replace import replacing

FOLDER_VARIABLE = "FASTW2V_DATA"
"""Environment variable that names the folder for downloads."""


@dataclass(frozen=True)
class CatalogEntry:
    """One public file and how it becomes ours.

    Parameters
    ----------
    name : str
        What `fetch` is asked for.
    summary, licence, homepage : str
        For people to read.
    address : str
        The publisher's own address of the file.
    file : str
        Name of the final file.
    size : int
        Bytes of the final file, for planning disk space; about right for small files.
    download_size : int or None
        Bytes of the download, where the publisher says.
    packing : Packing
        What the published file is packed in, and which members of it are wanted.
    table : PairTable or None
        Layout of a published table of word pairs; it is turned into ours (word, word,
        score, separated by tabs).
    download_hash, file_hash : str or None
        ``algorithm:hexadecimal`` of the download and of the final file, only where
        ``hash_source`` publishes one. Without any, the first complete download is
        trusted and its hash is recorded beside it.
    hash_source : str
        Who published the hash.
    """

    name: str
    summary: str
    licence: str
    homepage: str
    address: str
    file: str
    size: int
    download_size: int | None = None
    packing: Packing = PLAIN
    table: PairTable | None = None
    download_hash: str | None = None
    file_hash: str | None = None
    hash_source: str = ""


_ENTRIES = (
    CatalogEntry(
        name="text8",
        summary="First 100 MB of cleaned English Wikipedia of March 2006, one line",
        licence="GFDL (text of Wikipedia, 2006)",
        homepage="https://mattmahoney.net/dc/textdata.html",
        address="https://mattmahoney.net/dc/text8.zip",
        file="text8.txt",
        size=100_000_000,
        download_size=31_344_016,
        packing=Packing("zip", "text8"),
        file_hash="md5:3bea1919949baf155f99411df5fada7e",
        hash_source="Matt Mahoney, as quoted by users of the file",
    ),
    CatalogEntry(
        name="enwik9",
        summary="First 1 GB of the English Wikipedia dump of March 2006, as MediaWiki XML",
        licence="GFDL (text of Wikipedia, 2006)",
        homepage="https://mattmahoney.net/dc/textdata.html",
        address="https://mattmahoney.net/dc/enwik9.zip",
        file="enwik9.xml",
        size=1_000_000_000,
        download_size=322_592_222,
        packing=Packing("zip", "enwik9"),
        file_hash="sha1:2996e86fb978f93cca8f566cc56998923e7fe581",
        hash_source="Matt Mahoney, on the page of the corpus",
    ),
    CatalogEntry(
        name="billion-words",
        summary="One Billion Word Benchmark: shuffled English news, a sentence a line",
        licence="none that we found; news crawl of WMT 2011, for research",
        homepage="https://www.statmt.org/lm-benchmark/",
        address="https://www.statmt.org/lm-benchmark/"
        "1-billion-word-language-modeling-benchmark-r13output.tar.gz",
        file="billion-words.txt",
        size=4_147_291_308,
        download_size=1_792_209_805,
        packing=Packing("tar", "training-monolingual.tokenized.shuffled/news.en-*"),
        download_hash="sha256:"
        "01ba60381110baf7f189dfd2b8374de371e8c9a340835793f190bdae9e90a34e",
        hash_source="TensorFlow Datasets, url_checksums/lm1b.txt",
    ),
    CatalogEntry(
        name="wordsim353",
        summary="WordSim-353: 353 word pairs with human relatedness, 0 to 10",
        licence="CC BY 4.0",
        homepage="https://gabrilovich.com/resources/data/wordsim353/wordsim353.html",
        address="https://gabrilovich.com/resources/data/wordsim353/wordsim353.zip",
        file="wordsim353.tsv",
        size=7_400,
        packing=Packing("zip", "combined.csv"),
        table=PairTable(delimiter=",", score_column=2),
    ),
    CatalogEntry(
        name="simlex999",
        summary="SimLex-999: 999 word pairs with human similarity, 0 to 10",
        licence="none that we found; cite Hill, Reichart and Korhonen (2015)",
        homepage="https://fh295.github.io/simlex.html",
        address="https://fh295.github.io/SimLex-999.zip",
        file="simlex999.tsv",
        size=18_000,
        packing=Packing("zip", "SimLex-999.txt"),
        table=PairTable(delimiter="\t", score_column=3),
    ),
    CatalogEntry(
        name="google-analogies",
        summary="Analogy questions of word2vec: 19,544 in 14 sections",
        licence="Apache 2.0",
        homepage="https://github.com/tmikolov/word2vec",
        address="https://raw.githubusercontent.com/tmikolov/word2vec/master/"
        "questions-words.txt",
        file="questions-words.txt",
        size=603_955,
    ),
)

CATALOG: Mapping[str, CatalogEntry] = MappingProxyType(
    {entry.name: entry for entry in _ENTRIES}
)
"""Every public file known here, by name."""


def list_corpora() -> tuple[CatalogEntry, ...]:
    """Every public file known here."""
    return _ENTRIES


def fetch(
    name: str,
    folder: Path | str | None = None,
    *,
    progress: Progress | None = None,
    address: str | None = None,
) -> Path:
    """Download a public file once, check it and unpack it.

    A file that is already there is checked and no network is used. The final name
    appears only when everything behind it is whole: an interrupted call leaves the
    folder as it was, and the next call goes on from the last complete step.

    Parameters
    ----------
    name : str
        A key of `CATALOG`.
    folder : path or None
        Where the file goes. By default the folder named by the environment variable
        ``FASTW2V_DATA``, or else the user's cache folder.
    progress : callable or None
        Called with the bytes received so far and the bytes expected (None if unknown).
    address : str or None
        Another place of the same published file: ``http:``, ``https:`` or ``file:``.

    Returns
    -------
    Path
        The final text file.

    Raises
    ------
    DownloadError
        If the name is unknown, pooch is missing, the file cannot be fetched whole, or
        its hash is not the published or recorded one.
    """
    entry = _entry(name)
    folder = _chosen_folder(folder)
    target = folder / entry.file
    if target.exists():
        check_file(target, _known_hashes(entry, target))
    else:
        folder.mkdir(parents=True, exist_ok=True)
        packed = folder / f"{entry.name}.download"
        download(address or entry.address, packed, entry.download_hash, progress)
        _install(entry, packed, target)
    if recorded_hash(target) is None:
        write_record(target)
    return target


def _entry(name: str) -> CatalogEntry:
    if name not in CATALOG:
        known = ", ".join(CATALOG)
        raise DownloadError(f"no corpus is called {name!r}; choose one of {known}")
    return CATALOG[name]


def _chosen_folder(folder: Path | str | None) -> Path:
    chosen = folder or os.environ.get(FOLDER_VARIABLE) or cache_folder()
    return Path(chosen).expanduser()


def _known_hashes(entry: CatalogEntry, target: Path) -> list[str]:
    return [known for known in (entry.file_hash, recorded_hash(target)) if known]


def _install(entry: CatalogEntry, packed: Path, target: Path) -> None:
    """Unpack a complete download beside the target, check it, then rename it."""
    try:
        with replacing(target) as part:
            unpack(packed, part, entry.packing, entry.table)
            check_file(part, _known_hashes(entry, target))
    except DownloadError:
        # A damaged download must not be found again by the next call.
        packed.unlink()
        raise
    packed.unlink()
