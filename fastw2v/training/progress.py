"""Showing how far a run is: a bar on a terminal, log lines elsewhere, or nothing."""

import logging
import math
import sys
import time
from dataclasses import dataclass
from typing import Protocol, Self

_logger = logging.getLogger("fastw2v")

_REDRAW_SECONDS = 0.1
_LOG_SECONDS = 10.0


@dataclass(frozen=True)
class Snapshot:
    """The state of a run at one moment.

    Parameters
    ----------
    epoch, epochs : int
        The current epoch, from 1, and how many there are.
    share : float
        Of the whole run, 0 to 1.
    words_per_second : float
        Raw corpus tokens per wall second, all threads.
    loss : float
        Mean loss per pair in this epoch so far.
    learning_rate : float
    seconds_left : float
        At the present speed.
    """

    epoch: int
    epochs: int
    share: float
    words_per_second: float
    loss: float
    learning_rate: float
    seconds_left: float

    def __str__(self) -> str:
        return (
            f"epoch {self.epoch}/{self.epochs}, {self.share:.1%},"
            f" {self.words_per_second:,.0f} words/s, loss {self.loss:.4f},"
            f" learning rate {self.learning_rate:.5f}, {self.time_left} left"
        )

    @property
    def time_left(self) -> str:
        """Minutes and seconds at the present speed."""
        if not math.isfinite(self.seconds_left):
            return "?:??"
        minutes, seconds = divmod(round(self.seconds_left), 60)
        return f"{minutes}:{seconds:02}"

    @property
    def brief(self) -> str:
        """The same in some 60 characters, to share a line of 80 with a bar."""
        return (
            f"epoch {self.epoch}/{self.epochs} {self.share:.0%}"
            f" {self.words_per_second / 1e6:.2f} M words/s loss {self.loss:.3f}"
            f" rate {self.learning_rate:.4f} {self.time_left}"
        )


class Progress(Protocol):
    """Where the driver reports to, between shards."""

    def __enter__(self) -> Self:
        """Begin showing."""
        ...

    def __exit__(self, *exc_info: object) -> None:
        """Leave the display in order, also after an error."""
        ...

    def announce(self, text: str) -> None:
        """Display a line that stays."""
        ...

    def is_due(self) -> bool:
        """Tell whether enough time has passed for another snapshot."""
        ...

    def show(self, snapshot: Snapshot) -> None:
        """Display a snapshot."""
        ...


class _Paced:
    """Lets a snapshot through every `interval` seconds."""

    interval = float("inf")

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        pass

    def announce(self, text: str) -> None:
        pass

    def is_due(self) -> bool:
        return time.monotonic() - self._last >= self.interval

    def show(self, snapshot: Snapshot) -> None:  # noqa: ARG002  # silent by default
        self._last = time.monotonic()


class Silent(_Paced):
    """Shows nothing."""


class LogLines(_Paced):
    """Writes a line to the `fastw2v` logger every ten seconds."""

    interval = _LOG_SECONDS

    def announce(self, text: str) -> None:
        """Log a line."""
        _logger.info("%s", text)

    def show(self, snapshot: Snapshot) -> None:
        """Log a snapshot."""
        super().show(snapshot)
        _logger.info("%s", snapshot)


class Bar(_Paced):
    """Draws a bar on the terminal's standard error."""

    interval = _REDRAW_SECONDS

    def __init__(self) -> None:
        super().__init__()
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self._rich = RichProgress(
            BarColumn(bar_width=16),
            TextColumn("{task.description}"),
            console=Console(stderr=True),
        )
        self._task = self._rich.add_task("starting", total=1.0)

    def __enter__(self) -> Self:
        self._rich.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._rich.stop()

    def announce(self, text: str) -> None:
        """Print a line above the bar."""
        self._rich.console.print(text, highlight=False)

    def show(self, snapshot: Snapshot) -> None:
        """Redraw the bar."""
        super().show(snapshot)
        self._rich.update(
            self._task, completed=snapshot.share, description=snapshot.brief
        )


def choose_progress(enabled: bool) -> Progress:
    """Return a bar on a terminal, log lines elsewhere, silence if not enabled."""
    if not enabled:
        return Silent()
    return Bar() if sys.stderr.isatty() else LogLines()
