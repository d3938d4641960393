"""Second copies of kernel modules, made from their own source with stand-ins."""

import importlib.util
import itertools
import sys
from types import ModuleType
from typing import Any
from unittest import mock

_numbers = itertools.count()


def copy_module(
    name: str,
    modules: dict[str, ModuleType] | None = None,
    functions: dict[str, Any] | None = None,
) -> ModuleType:
    """Execute a kernel module's source again.

    Parameters
    ----------
    name : str
        Of a module in `fastw2v.kernels`.
    modules : dict
        Stand-ins for the kernel modules it imports from.
    functions : dict
        Stand-ins for functions it uses.
    """
    found = importlib.util.find_spec(f"fastw2v.kernels.{name}")
    own_name = f"{__name__}.{name}_{next(_numbers)}"
    spec = importlib.util.spec_from_file_location(own_name, found.origin)
    module = importlib.util.module_from_spec(spec)
    replaced = {f"fastw2v.kernels.{key}": m for key, m in (modules or {}).items()}
    with mock.patch.dict(sys.modules, replaced):
        spec.loader.exec_module(module)
    for key, function in (functions or {}).items():
        if not hasattr(module, key):
            raise AttributeError(f"{name} has no {key} to stand in for")
        setattr(module, key, function)
    return module
