"""Ctrl-C and SIGTERM during a run: the first asks it to stop, a second one ends it."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Literal, Self

# The actions that are replaced: Python's own. What a program has chosen stays.
_USUAL: dict[signal.Signals, Any] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
}
_active: "set[Interrupts]" = set()
_held = threading.local()


def _before_fork() -> None:
    """Hold signals back, lest one comes to a child that still takes note of it."""
    if _active:
        _held.mask = signal.pthread_sigmask(signal.SIG_BLOCK, _USUAL)


def _after_fork() -> None:
    mask = vars(_held).pop("mask", None)
    if mask is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _after_fork_in_child() -> None:
    """Give a process that was forked inside a run the actions of before.

    It is no part of the run: a handler that only takes note would keep it from being
    ended.
    """
    for interrupts in list(_active):
        interrupts.__exit__()
    _after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork,
        after_in_child=_after_fork_in_child,
    )


class Interrupts:
    """What has come of the two signals inside the `with` block.

    Outside of the main thread, which alone gets signals, it does nothing.

    Attributes
    ----------
    signal : "SIGINT" or "SIGTERM" or None
        The first that came.
    repeated : bool
        Whether another came after it.
    """

    def __init__(self) -> None:
        self.signal: Literal["SIGINT", "SIGTERM"] | None = None
        self.repeated = False
        self._waits = True
        self._replaced: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number, usual in _USUAL.items():
                if signal.getsignal(number) == usual:
                    self._replaced[number] = signal.signal(number, self._note)
            _active.add(self)
        return self

    def __exit__(self, *exc_info: object) -> None:
        _active.discard(self)
        for number, before in self._replaced.items():
            signal.signal(number, before)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.repeated = self.signal is not None
        name: Literal["SIGINT", "SIGTERM"]
        name = "SIGINT" if number == signal.SIGINT else "SIGTERM"
        self.signal = self.signal or name
        if self.repeated or not self._waits:
            raise KeyboardInterrupt

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let a signal raise KeyboardInterrupt in this block, the first one too."""
        if self.signal is not None:
            raise KeyboardInterrupt
        self._waits = False
        try:
            yield
        finally:
            self._waits = True
