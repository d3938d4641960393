"""The kernels on `kernels.loops` in place of vector code."""

from types import ModuleType

from fastw2v.kernels import loops, rows, sampling
from variants.copies import copy_module

_rows = ModuleType("rows")
for _name in rows.__all__:
    setattr(_rows, _name, getattr(loops, _name, None) or getattr(sampling, _name))
_logistic = copy_module("logistic", {"rows": _rows})
_walk = copy_module("walk", {"rows": _rows})
_hogwild = copy_module("hogwild", {"rows": _rows, "logistic": _logistic, "walk": _walk})
train_shard = _hogwild.train_shard
step = _logistic.step
