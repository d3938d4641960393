"""That `protections.toml` is of this code, and its results are of it."""

import re

import pytest
from conftest import REPOSITORY
from protections import protections, saved_outcomes

ENTRIES = protections()
PAGE = (REPOSITORY / "docs" / "reliability.md").read_text(encoding="utf-8")

EACH = pytest.mark.parametrize("entry", ENTRIES, ids=range(len(ENTRIES)))


def exists(test):
    file, name = test.partition("[")[0].split("::")
    return f"\ndef {name}(" in (REPOSITORY / "tests" / file).read_text(encoding="utf-8")


@EACH
def test_what_is_taken_out_is_there_once(entry):
    source = (REPOSITORY / entry.file).read_text(encoding="utf-8")
    assert source.count(entry.take) == 1
    changed = source.replace(entry.take, entry.put)
    assert changed != source
    if entry.file.endswith(".py"):
        compile(changed, entry.file, "exec")


@EACH
def test_each_has_been_seen_to_fail(entry):
    assert exists(entry.test)
    assert entry.key in saved_outcomes(), "run python tests/protections.py"


def test_the_tests_that_the_page_names_exist():
    named = set(re.findall(r"\btest_\w+\.py::test_\w+", PAGE))
    assert named
    assert [test for test in sorted(named) if not exists(test)] == []
