"""The kernels on plain loops in place of vector code."""

from fastw2v.kernels import hidden, loops, rows, sampling
from variants.copies import copy_kernels


def _plain(name):
    """Return the plain loops of what `rows` calls by this name."""
    modules = (loops, hidden, sampling)
    return next(getattr(module, name) for module in modules if hasattr(module, name))


_copies = copy_kernels(rows={name: _plain(name) for name in rows.__all__})
train_shard = _copies["hogwild"].train_shard
step = _copies["logistic"].step
