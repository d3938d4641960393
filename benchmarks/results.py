"""Saved results: where they lie, what machine they come from, median and spread."""

import json
import platform
import statistics
from pathlib import Path
from typing import Any

from fastw2v.cpus import available_cpus

FOLDER = Path(__file__).parent / "results"


def machine() -> dict[str, Any]:
    """Say what the figures were taken on."""
    import llvmlite.binding
    import numba
    import numpy as np

    return {
        "processor": llvmlite.binding.get_host_cpu_name(),
        "cores": available_cpus(),
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
    }


def save(name: str, result: dict[str, Any]) -> Path:
    """Write one result as `results/NAME.json`, with the machine it was taken on."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.json"
    content = {"machine": machine(), **result}
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf8")
    return path


def load(name: str) -> dict[str, Any]:
    """Read a saved result."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf8"))


def middle(values: list[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def with_spread(values: list[float], digits: int = 2) -> str:
    """Return "median (lowest to highest)"."""
    low, mid, high = min(values), middle(values), max(values)
    return f"{mid:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
