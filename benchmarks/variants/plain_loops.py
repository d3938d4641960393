"""The kernels on `kernels.loops` in place of vector code.

A second copy of the modules that use vector code, made from their own source while
the loops stand in for `kernels.rows`.
"""

import importlib.util
import sys
from types import ModuleType
from unittest import mock

from fastw2v.kernels import loops, rows, sampling


def _copy(name: str, **stand_ins: ModuleType) -> ModuleType:
    """Execute a kernel module's source with other modules in place of some."""
    found = importlib.util.find_spec(f"fastw2v.kernels.{name}")
    spec = importlib.util.spec_from_file_location(f"{__name__}.{name}", found.origin)
    module = importlib.util.module_from_spec(spec)
    replaced = {f"fastw2v.kernels.{key}": value for key, value in stand_ins.items()}
    with mock.patch.dict(sys.modules, replaced):
        spec.loader.exec_module(module)
    return module


_rows = ModuleType("rows")
for _name in rows.__all__:
    setattr(_rows, _name, getattr(loops, _name, None) or getattr(sampling, _name))
_logistic = _copy("logistic", rows=_rows)
_walk = _copy("walk", rows=_rows, logistic=_logistic)
_hogwild = _copy("hogwild", rows=_rows, logistic=_logistic, walk=_walk)
train_shard = _hogwild.train_shard
step = _logistic.step
