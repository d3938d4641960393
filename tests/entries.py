"""Kernels as Python can call them, which those that only kernels call are not."""

import functools

from fastw2v.kernels._jit import entry_kernel


@functools.cache
def entry(function):
    """Return a compiled function that does nothing but call this kernel."""

    @entry_kernel
    def call(*arguments):
        return function(*arguments)

    return call


class Entries:
    """A module's kernels, each as an `entry`."""

    def __init__(self, module):
        self._module = module

    def __getattr__(self, name):
        return entry(getattr(self._module, name))
