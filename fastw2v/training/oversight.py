"""What accompanies a run."""

from collections.abc import Sequence
from typing import NamedTuple

from fastw2v.training.callbacks import Callback
from fastw2v.training.limits import Limits
from fastw2v.training.saving import Saver


class Oversight(NamedTuple):
    """What accompanies a run.

    Parameters
    ----------
    progress : bool
        Whether to show how far it is.
    callbacks : sequence of Callback
    limits : Limits
    saver : Saver or None
        None for a run without checkpoints.
    """

    progress: bool = False
    callbacks: Sequence[Callback] = ()
    limits: Limits = Limits()
    saver: Saver | None = None
