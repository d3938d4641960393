"""Downloads: from a server on this machine and from files, whole or not at all."""

import gzip
import hashlib
import io
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from fastw2v.corpus import catalog
from fastw2v.corpus.catalog import CATALOG, CatalogEntry, fetch, list_corpora
from fastw2v.corpus.unpack import Packing, PairTable
from fastw2v.errors import DownloadError

pytest.importorskip("pooch")

TEXT = b"a line of text\nand another line\n" * 5000


def sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


@dataclass
class Site:
    """Pages of a server; ``missing_bytes`` are announced but never sent."""

    address: str = ""
    pages: dict[str, bytes] = field(default_factory=dict)
    missing_bytes: int = 0
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.requests.append(self.path)
            page = site.pages.get(self.path)
            if page is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page[: len(page) - site.missing_bytes])

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield site
        server.shutdown()
        thread.join()


@pytest.fixture
def entry(monkeypatch: pytest.MonkeyPatch, site: Site) -> CatalogEntry:
    """The only entry of the catalog: a text file as the server has it."""
    entry = CatalogEntry(
        name="sample",
        summary="",
        licence="",
        homepage="",
        address=f"{site.address}/sample",
        file="sample.txt",
        size=len(TEXT),
    )
    publish(monkeypatch, entry)
    site.pages["/sample"] = TEXT
    return entry


def publish(monkeypatch: pytest.MonkeyPatch, entry: CatalogEntry) -> None:
    monkeypatch.setattr(catalog, "CATALOG", {entry.name: entry})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_whole_file_arrives_with_its_record(entry: CatalogEntry, tmp_path: Path):
    path = fetch("sample", tmp_path)
    assert path == tmp_path / entry.file
    assert path.read_bytes() == TEXT
    digits = sha256(TEXT).removeprefix("sha256:")
    record = tmp_path / "sample.txt.sha256"
    assert record.read_text() == f"{digits}  sample.txt\n"
    assert names(tmp_path) == ["sample.txt", "sample.txt.sha256"]


@pytest.mark.usefixtures("entry")
def test_second_call_uses_no_network(site: Site, tmp_path: Path):
    assert fetch("sample", tmp_path) == fetch("sample", tmp_path)
    assert site.requests == ["/sample"]


@pytest.mark.usefixtures("entry")
def test_truncated_body_leaves_nothing_and_the_next_call_works(
    site: Site, tmp_path: Path
):
    site.missing_bytes = 1000
    with pytest.raises(DownloadError, match=r"cannot fetch .*try again"):
        fetch("sample", tmp_path)
    assert names(tmp_path) == []
    site.missing_bytes = 0
    assert fetch("sample", tmp_path).read_bytes() == TEXT


def test_bytes_received_are_counted_against_those_announced(tmp_path: Path):
    from fastw2v.corpus.download import _Downloader, _Meter

    class Careless:
        """A pooch that takes a closed connection for the end of the file."""

        @staticmethod
        def HTTPDownloader(progressbar: _Meter, **_: object):
            def fetch(_: str, output_file: str, __: object) -> None:
                progressbar.total = 10
                Path(output_file).write_bytes(b"only 7.")

            return fetch

    download = _Downloader(Careless, _Meter(None))
    with pytest.raises(OSError, match="received 7 of 10 bytes"):
        download("http://127.0.0.1/", str(tmp_path / "out"), None)


@pytest.mark.usefixtures("entry")
def test_missing_page(site: Site, tmp_path: Path):
    del site.pages["/sample"]
    with pytest.raises(DownloadError, match="404"):
        fetch("sample", tmp_path)
    assert names(tmp_path) == []


def test_nobody_answers(entry: CatalogEntry, tmp_path: Path):
    with pytest.raises(DownloadError, match="cannot fetch"):
        fetch(entry.name, tmp_path, address="http://127.0.0.1:9/sample")


@pytest.mark.parametrize("hashed", ["file_hash", "download_hash"])
def test_download_with_another_hash_than_published(
    hashed: str,
    entry: CatalogEntry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    published = sha256(b"what the publisher had")
    publish(monkeypatch, replace(entry, **{hashed: published}))
    with pytest.raises(DownloadError) as error:
        fetch("sample", tmp_path)
    assert published.removeprefix("sha256:") in str(error.value)
    assert sha256(TEXT).removeprefix("sha256:") in str(error.value)
    assert names(tmp_path) == []


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256"])
def test_published_hash_of_any_kind_is_accepted(
    algorithm: str,
    entry: CatalogEntry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    known = f"{algorithm}:{hashlib.new(algorithm, TEXT).hexdigest()}"
    publish(monkeypatch, replace(entry, file_hash=known, download_hash=known))
    assert fetch("sample", tmp_path).read_bytes() == TEXT


@pytest.mark.usefixtures("entry")
def test_changed_file_is_refused_with_both_hashes(site: Site, tmp_path: Path):
    path = fetch("sample", tmp_path)
    path.write_bytes(b"something else")
    with pytest.raises(DownloadError, match="delete the file") as error:
        fetch("sample", tmp_path)
    assert sha256(TEXT) in str(error.value)
    assert sha256(b"something else") in str(error.value)
    assert path.read_bytes() == b"something else"
    assert len(site.requests) == 1


@pytest.mark.usefixtures("entry")
def test_record_outlives_its_file(site: Site, tmp_path: Path):
    fetch("sample", tmp_path).unlink()
    site.pages["/sample"] = b"changed by the publisher"
    with pytest.raises(DownloadError, match=r"\.sha256 record"):
        fetch("sample", tmp_path)
    assert names(tmp_path) == ["sample.txt.sha256"]


@pytest.mark.usefixtures("entry")
def test_interrupted_download_leaves_nothing(tmp_path: Path):
    def stop(_: int, __: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("sample", tmp_path, progress=stop)
    assert names(tmp_path) == []


@pytest.mark.usefixtures("entry")
def test_interrupted_unpacking_goes_on_without_network(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def stop(_: Path, part: Path, *__: object) -> None:
        part.write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(catalog, "unpack", stop)
        with pytest.raises(KeyboardInterrupt):
            fetch("sample", tmp_path)
    assert names(tmp_path) == ["sample.download"]
    assert fetch("sample", tmp_path).read_bytes() == TEXT
    assert site.requests == ["/sample"]


PACKED = {
    "gzip": (Packing("gzip"), gzip.compress(TEXT)),
    "zip": (
        Packing("zip", "inner/part-*"),
        zipped({"top/inner/part-1": TEXT[:100], "top/inner/part-2": TEXT[100:],
                "top/readme": b"no", "__MACOSX/inner/._part-1": b"no"}),
    ),
    "tar": (
        Packing("tar", "inner/part-*"),
        tarred({"top/inner/part-1": TEXT[:100], "top/readme": b"no",
                "top/inner/part-2": TEXT[100:]}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PACKED)
def test_unpacked_to_one_file(
    kind: str,
    site: Site,
    entry: CatalogEntry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    packing, site.pages["/sample"] = PACKED[kind]
    publish(monkeypatch, replace(entry, packing=packing, file_hash=sha256(TEXT)))
    assert fetch("sample", tmp_path).read_bytes() == TEXT
    assert names(tmp_path) == ["sample.txt", "sample.txt.sha256"]


@pytest.mark.parametrize("kind", PACKED)
@pytest.mark.parametrize("damage", ["half", "a web page"])
def test_damaged_archive_is_fetched_anew(
    kind: str,
    damage: str,
    site: Site,
    entry: CatalogEntry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    packing, whole = PACKED[kind]
    page = b"<html>moved</html>" * 100
    site.pages["/sample"] = (
        page if damage == "a web page" else whole[: -len(whole) // 2]
    )
    publish(monkeypatch, replace(entry, packing=packing))
    with pytest.raises(DownloadError, match="is not a whole"):
        fetch("sample", tmp_path)
    assert names(tmp_path) == []
    site.pages["/sample"] = whole
    assert fetch("sample", tmp_path).read_bytes() == TEXT


def test_archive_without_the_wanted_member(
    site: Site, entry: CatalogEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    site.pages["/sample"] = zipped({"readme": b"no"})
    publish(monkeypatch, replace(entry, packing=Packing("zip", "sample.txt")))
    with pytest.raises(DownloadError, match=r"holds no 'sample\.txt'"):
        fetch("sample", tmp_path)


def test_file_address_with_progress(entry: CatalogEntry, tmp_path: Path):
    source = tmp_path / "a copy of mine.txt"
    source.write_bytes(TEXT)
    heard: list[tuple[int, int | None]] = []
    path = fetch(
        entry.name,
        tmp_path / "data",
        address=source.as_uri(),
        progress=lambda received, total: heard.append((received, total)),
    )
    assert path.read_bytes() == TEXT
    assert heard[-1] == (len(TEXT), len(TEXT))


def test_file_address_of_nothing(entry: CatalogEntry, tmp_path: Path):
    with pytest.raises(DownloadError, match=r"nothing\.txt"):
        fetch(entry.name, tmp_path, address=(tmp_path / "nothing.txt").as_uri())


@pytest.mark.usefixtures("entry")
def test_progress_over_the_web_never_falls(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    heard: list[tuple[int, int | None]] = []
    fetch("sample", tmp_path, progress=lambda *news: heard.append(news))
    received = [bytes_ for bytes_, _ in heard]
    assert received == sorted(received)
    assert heard[-1] == (len(TEXT), len(TEXT))
    assert capfd.readouterr() == ("", "")


TABLES = {
    "wordsim353": (
        "combined.csv",
        b"Word 1,Word 2,Human (mean)\r\nlove,sex,6.77\r\nreal sea,wave,7.5\r\n",
        "love\tsex\t6.77\nreal sea\twave\t7.5\n",
    ),
    "simlex999": (
        "SimLex-999/SimLex-999.txt",
        b"word1\tword2\tPOS\tSimLex999\tconc(w1)\nold\tnew\tA\t1.58\t2.72\n",
        "old\tnew\t1.58\n",
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_published_word_pairs_become_ours(name: str, tmp_path: Path):
    member, content, ours = TABLES[name]
    source = tmp_path / "published.zip"
    source.write_bytes(zipped({member: content}))
    path = fetch(name, tmp_path, address=source.as_uri())
    assert path.read_text() == ours


@pytest.mark.parametrize("line", [b"only,two", b"a,b,much"])
def test_word_pairs_without_a_score(
    line: bytes,
    site: Site,
    entry: CatalogEntry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    site.pages["/sample"] = b"one,two,score\nlove,sex,6.77\n" + line + b"\n"
    publish(monkeypatch, replace(entry, table=PairTable(",", 2)))
    with pytest.raises(DownloadError, match="line 3 of the word pairs"):
        fetch("sample", tmp_path)
    assert names(tmp_path) == []


def test_default_folder_is_the_environments(
    entry: CatalogEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FASTW2V_DATA", str(tmp_path / "data"))
    assert fetch(entry.name) == tmp_path / "data" / entry.file


def test_unknown_name_lists_the_known_ones(tmp_path: Path):
    with pytest.raises(DownloadError, match=r"'text9'.*text8, enwik9"):
        fetch("text9", tmp_path)


@pytest.mark.usefixtures("entry")
def test_without_pooch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(DownloadError, match=r'pip install "fastw2v\[fetch\]"'):
        fetch("sample", tmp_path)


@pytest.mark.parametrize("entry", list_corpora(), ids=lambda entry: entry.name)
def test_catalog_is_consistent(entry: CatalogEntry):
    assert CATALOG[entry.name] is entry
    assert entry.address.startswith("https://")
    assert entry.packing.kind in {"plain", "gzip"} or entry.packing.members
    for known in filter(None, (entry.file_hash, entry.download_hash)):
        algorithm, _, digits = known.partition(":")
        assert len(digits) == hashlib.new(algorithm).digest_size * 2
        assert re.fullmatch("[0-9a-f]+", digits)
        assert entry.hash_source


def test_every_corpus_is_in_the_readme():
    readme = Path(__file__).parents[1] / "corpora" / "README.md"
    text = readme.read_text(encoding="utf-8")
    for entry in list_corpora():
        assert f"`{entry.name}`" in text
        assert entry.homepage in text
