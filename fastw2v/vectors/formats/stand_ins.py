"""What stands for the names and objects of a pickle."""

from collections.abc import Callable
from dataclasses import dataclass

from fastw2v.vectors.formats.tensors import Damaged


class StandIn:
    """What stands for an object of the file."""

    def set_state(self, state: object) -> None:
        """Take the state that the file gives the object.

        Raises
        ------
        Damaged
            It is not what such an object has.
        """
        raise Damaged(f"a state {type(state).__name__} for a {type(self).__name__}")


@dataclass(frozen=True, eq=False)
class Global:
    """A name that a file may hold.

    Parameters
    ----------
    call : callable or None
        Makes the stand-in for a call, from its arguments; None refuses calls.
    new : callable or None
        Makes the stand-in for an object of this class; None: it is no class.
    """

    module: str
    name: str
    call: Callable[..., object] | None = None
    new: Callable[[], object] | None = None


def as_key(key: object) -> str | int:
    """Return a key of a dict; Python 2's byte strings become text."""
    if type(key) is str or type(key) is int:
        return key
    if type(key) is bytes:
        return as_text(key)
    raise Damaged(f"a key that is {type(key).__name__}: words must be str or int")


def as_text(value: str | bytes) -> str:
    """Return text; Python 2 wrote it as bytes of unknown encoding."""
    if isinstance(value, str):
        return value
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def shown(value: object) -> str:
    """Name something of the file in a message, on one line."""
    if type(value) is Global:
        return f"{value.module}.{value.name}"
    return repr(value[:100])[1:-1] if type(value) is str else type(value).__name__
