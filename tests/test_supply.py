"""What fastw2v brings with it: packages, the network, the built files."""

import ast
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

import fastw2v

REPOSITORY = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGE = Path(fastw2v.__file__).parent

# What is imported under another name than it is installed by, or comes with another.
INSTALLED_AS = {"sklearn": "scikit-learn", "ot": "pot", "llvmlite": "numba"}
# Imported only where the caller has asked for them by name.
BY_NAME = {"gensim", "umap", "threadpoolctl"}


def requirements(lines):
    return {re.match(r"[A-Za-z0-9_.-]+", line)[0].lower(): line for line in lines}


CORE = requirements(PROJECT["project"]["dependencies"])
EXTRAS = {
    name: requirements(lines)
    for name, lines in PROJECT["project"]["optional-dependencies"].items()
}


def imported(path, *, at_import_time):
    """Return the names of the packages that a file imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if at_import_time else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.split(".")[0]


@pytest.mark.parametrize("at_import_time", [True, False])
def test_what_is_imported_is_what_is_declared(at_import_time):
    declared = set(CORE)
    if not at_import_time:
        declared |= {name for extra in ("fetch", "eval", "plot", "wmd", "ray")
                     for name in EXTRAS[extra]} | BY_NAME  # fmt: skip
    found = {
        name
        for path in PACKAGE.rglob("*.py")
        for name in imported(path, at_import_time=at_import_time)
    }
    foreign = found - set(sys.stdlib_module_names) - {"fastw2v"}
    assert {INSTALLED_AS.get(name, name) for name in foreign} <= declared
    if not at_import_time:
        used = {INSTALLED_AS.get(name, name) for name in foreign}
        assert set(CORE) <= used, "a dependency that nothing uses"


def test_every_requirement_has_a_tested_lower_bound():
    """The versions that .ci/lowest installs are the lower bounds declared."""
    script = (REPOSITORY / ".ci" / "lowest").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^ +([A-Za-z0-9_.-]+)==([0-9.]+)", script, re.MULTILINE))
    runtime = CORE | EXTRAS["fetch"] | EXTRAS["eval"] | EXTRAS["plot"] | EXTRAS["wmd"]
    for name, line in runtime.items():
        bound = re.search(r">=([0-9.]+)", line)
        assert bound, f"{line} has no lower bound"
        lowest = pinned[name.lower()]
        assert lowest == bound[1] or lowest.startswith(f"{bound[1]}."), line


def test_no_network_but_for_fetch():
    """Every module imported, and texts trained, counted, saved, judged without it."""
    program = Path(__file__).parent / "offline_program.py"
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "no network was used" in done.stdout


def test_the_watch_on_the_network_sees_it():
    code = (
        "import sys, runpy; sys.argv = ['x'];"
        f"p = runpy.run_path({str(Path(__file__).parent / 'offline_program.py')!r});"
        "import socket; socket.create_connection(('127.0.0.1', 9))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert "network: socket." in done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return the folder of a wheel and an sdist, built without a network."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=REPOSITORY, check=True, capture_output=True,
    )  # fmt: skip
    return folder


def test_the_wheel_holds_the_package_and_nothing_else(built):
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"fastw2v"}
    inside = {name for name in names if name.startswith("fastw2v/")}
    here = {
        f"fastw2v/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert inside == here
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_source_archive_can_be_built_from_and_tested(built):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"pyproject.toml", "LICENSE", "README.md", "docs/reliability.md",
            "tests/conftest.py", "fastw2v/__init__.py"} <= names  # fmt: skip


def test_the_wheel_installs_and_runs(built, tmp_path):
    """Into an environment of its own; its dependencies are those of this one."""
    (wheel,) = built.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=False)
    python = next((tmp_path / "venv").rglob("python3"))
    site = next((tmp_path / "venv").rglob("site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    dependencies = [path for path in sys.path if path.endswith("site-packages")]
    (site / "dependencies.pth").write_text("\n".join(dependencies))
    done = subprocess.run(
        [str(python), "-m", "fastw2v", "--version"],
        capture_output=True, text=True, check=True, cwd=tmp_path, env={},
    )  # fmt: skip
    assert fastw2v.__version__ in done.stdout
