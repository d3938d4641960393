"""Second copies of the kernels, made from their own source with stand-ins."""

import importlib.util
import itertools
import sys
from types import ModuleType
from typing import Any
from unittest import mock

# Each imports from those before it.
_MODULES = ("rows", "logistic", "walk", "window", "hogwild")
_numbers = itertools.count()


def copy_kernels(**stand_ins: dict[str, Any]) -> dict[str, ModuleType]:
    """Execute the kernel modules again, each on the copies of those before it.

    Parameters
    ----------
    **stand_ins : dict
        For a module, by its name, the functions to put in place of its own.

    Returns
    -------
    dict
        The copy of each module by name.
    """
    copies: dict[str, ModuleType] = {}
    number = next(_numbers)
    for name in _MODULES:
        found = importlib.util.find_spec(f"fastw2v.kernels.{name}")
        own_name = f"{__name__}.{name}_{number}"
        spec = importlib.util.spec_from_file_location(own_name, found.origin)
        module = importlib.util.module_from_spec(spec)
        replaced = {f"fastw2v.kernels.{key}": copy for key, copy in copies.items()}
        with mock.patch.dict(sys.modules, replaced):
            spec.loader.exec_module(module)
        for key, function in stand_ins.get(name, {}).items():
            if not hasattr(module, key):
                raise AttributeError(f"{name} has no {key} to stand in for")
            setattr(module, key, function)
        copies[name] = module
    return copies
