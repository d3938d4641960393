"""The house rules of docs/architecture.md, checked by machine."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import fastw2v

PACKAGE = Path(fastw2v.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf8")) for path in FILES}

LAYERS = {
    "compat": 5,
    "cli": 4,
    "models": 4,
    "cluster": 3,
    "training": 2,
    "counts": 2,
    "vectors": 2,
    "corpus": 1,
    "kernels": 1,
    "reference": 1,
}
# gensim has this module, so it stands beside the layers; it belongs to this one.
GENSIM_UTILS, GENSIM_LAYER = "utils.py", "models"
# Beside a layer of their own height, these may see only what is named here.
SAME_LAYER = {("training", "vectors"), ("counts", "vectors"), ("counts", "training")}

# Every module of these has a test file, if not one that is named below.
TESTED_LAYERS = {"kernels", "training", "cluster"}
# What any engine, and none, can build on.
ENGINE_FREE = [
    "merge",
    "divisors",
    "replica",
    "pulls",
    "schedule",
    "gauge",
    "config",
    "driver",
    "worker",
    "advice",
    "rehearsal",
]


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def layer_of(path):
    if name_of(path) == GENSIM_UTILS:
        return GENSIM_LAYER
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else None


def imports_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "absolute imports only"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def functions_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            has_docstring = ast.get_docstring(node) is not None
            first = node.body[0]
            docstring = first.end_lineno - first.lineno + 1 if has_docstring else 0
            yield node, node.end_lineno - node.lineno + 1 - docstring


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_run_one_way(path):
    own = layer_of(path)
    if name_of(path) in {"__init__.py", "__main__.py"}:
        return
    for module in imports_of(TREES[path]):
        parts = module.split(".")
        assert module != "fastw2v", "name the module, not the package"
        if parts[0] != "fastw2v" or len(parts) < 2 or parts[1] not in LAYERS:
            continue
        assert own is not None, f"{name_of(path)} imports {module}"
        other = parts[1]
        allowed = (
            other == own or LAYERS[other] < LAYERS[own] or (own, other) in SAME_LAYER
        )
        assert allowed, f"{name_of(path)} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_kernels_import_numba(path):
    uses = {m for m in imports_of(TREES[path]) if m.split(".")[0] == "numba"}
    if layer_of(path) != "kernels" and name_of(path) != "cli/info.py":
        assert not uses
    if name_of(path) != "kernels/_jit.py":
        assert not re.search(r"\bn?jit\(|@n?jit\b", path.read_text(encoding="utf8"))


@pytest.mark.parametrize("module", ENGINE_FREE)
def test_merging_needs_numpy_alone(module):
    found = imports_of(TREES[PACKAGE / "cluster" / f"{module}.py"])
    packages = {name.split(".")[0] for name in found}
    assert packages <= {"fastw2v", "numpy", *sys.stdlib_module_names}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_command_line_prints(path):
    if layer_of(path) == "cli":
        return
    calls = [node.func for node in ast.walk(TREES[path]) if isinstance(node, ast.Call)]
    assert "print" not in {call.id for call in calls if isinstance(call, ast.Name)}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_are_opened_where_they_belong(path):
    allowed = {
        "corpus": True,
        "vectors": "formats" in path.parts,
    }
    opening = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "memmap"}
    names = {
        node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute | ast.Name)
    }
    if not allowed.get(layer_of(path)) and path.name not in {
        "cpus.py",
        "memory.py",
        "_jit.py",
        "release.py",
        "replace.py",
    }:
        assert not names & opening


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_is_unpickled_or_evaluated(path):
    modules = {module.split(".")[0] for module in imports_of(TREES[path])}
    assert not modules & {"pickle", "dill", "joblib", "shelve", "marshal"}
    names = {node.id for node in ast.walk(TREES[path]) if isinstance(node, ast.Name)}
    assert not names & {"eval", "exec", "__import__"}
    # Two constant names; and the import system's own work, on what programs import.
    if name_of(path) not in {"vectors/formats/to_gensim.py", "compat/finder.py"}:
        assert "import_module" not in path.read_text(encoding="utf8")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_sizes(path):
    assert len(path.read_text(encoding="utf8").splitlines()) <= 300
    for function, lines in functions_of(TREES[path]):
        assert lines <= 60, f"{function.name}: {lines} lines"
        if layer_of(path) == "kernels":
            # Numba hands an intrinsic its typing context; callers do not see it.
            names = [a.arg for a in function.args.args if a.arg != "typingctx"]
            assert len(names) <= 8, function.name


def test_no_catch_all_modules():
    names = {path.stem for path in FILES if name_of(path) != GENSIM_UTILS}
    assert not names & {"utils", "util", "helpers", "misc", "common", "core"}


def test_import_is_quick_and_compiles_nothing():
    code = (
        "import sys, time; began = time.perf_counter(); import fastw2v;"
        "print(time.perf_counter() - began, 'numba' in sys.modules)"
    )
    seconds = []
    for _ in range(3):
        output = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        elapsed, has_numba = output.stdout.split()
        assert has_numba == "False"
        seconds.append(float(elapsed))
    assert min(seconds) < 1.0


def test_every_module_has_a_test_file():
    tested = {path.stem for path in Path(__file__).parent.glob("test_*.py")}
    modules = {path.stem for path in FILES if layer_of(path) in TESTED_LAYERS}
    tested_by = {
        "test_hogwild": {"walk"},
        "test_window": {"hidden", "simd_hidden", "locks"},
        "test_logistic": {"sigmoid"},
        "test_rows": {
            "simd",
            "simd_lists",
            "simd_pairs",
            "simd_logistic",
            "emit",
            "loops",
        },
        "test_jit": {"_jit"},
        "test_sampling": {"simd_sampling"},
        "test_cooccurrence": {"prefetch"},
        "test_svd": {"products"},
        "test_shards": {"schedule"},
        "test_trainer": {
            "backends",
            "callbacks",
            "history",
            "meter",
            "oversight",
            "progress",
            "run",
            "state",
            "work",
            "__init__",
        },
        "test_plan": {"rehearsal"},
        "test_parts": {"encoding"},
        "test_ray_encoding": {"ray_tasks"},
        "test_checkpoint": {"saving"},
        "test_limits": {"intervals"},
        "test_early_stopping": {"held_out"},
        "test_simulated": {"driver", "team"},
        "test_ray": {
            "ray_calls",
            "ray_crew",
            "ray_start",
            "ray_team",
            "ray_wave",
            "replica",
            "worker",
        },
    }
    assert tested >= tested_by.keys()
    elsewhere = set().union(*tested_by.values())
    assert {f"test_{module}" for module in modules - elsewhere} <= tested
