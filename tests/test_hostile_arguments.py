"""Bad arguments are refused by an error written for them, and nothing is left behind."""

import traceback
import warnings
from pathlib import Path

import hostile
import pytest

import fastw2v

PACKAGE = str(Path(fastw2v.__file__).parent)
ENTRIES = {entry.name: entry for entry in hostile.entries()}
ALLOWED = (
    ValueError,
    TypeError,
    LookupError,
    OSError,
    RuntimeError,  # as gensim's methods raise them
    ZeroDivisionError,
    fastw2v.Fastw2vError,
)


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    return hostile.make_scene(tmp_path_factory.mktemp("hostile"))


def is_on_purpose(error):
    """Tell an error that fastw2v raises from one that happens to it."""
    if isinstance(error, OSError) and error.filename is not None:
        return True  # the system names the path
    last = traceback.extract_tb(error.__traceback__)[-1]
    return last.filename.startswith(PACKAGE) and last.line.startswith("raise")


def error_of(entry, scene, value):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            entry.call(scene, value)
        except ALLOWED as error:
            return error
    return None


@pytest.mark.parametrize("kind", hostile.CLASSES)
@pytest.mark.parametrize("name", ENTRIES)
def test_bad_arguments_are_refused(name, kind, scene, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    entry = ENTRIES[name]
    for label, value in hostile.tried(entry, hostile.CLASSES[kind]).items():
        error = error_of(entry, scene, value)
        assert error is not None, f"{label} is taken"
        assert is_on_purpose(error), f"{label}: {error!r}"
        assert "\n" not in str(error)
        assert not list(tmp_path.iterdir()), label


def test_errors_that_happen_are_told_from_those_on_purpose(scene):
    for call in (lambda: scene.kv.vectors["x"], lambda: {}["x"]):
        with pytest.raises((KeyError, IndexError)) as caught:
            call()
        assert not is_on_purpose(caught.value)


def test_the_number_of_inputs_is_that_in_the_documents():
    page = (Path(__file__).parent.parent / "docs" / "reliability.md").read_text()
    for kind, count in hostile.counted().items():
        assert f"| {kind} | {count:,} |" in page
