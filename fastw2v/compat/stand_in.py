"""What stands in for gensim: a module of other modules' names, and its version."""

from collections.abc import Callable
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path
from types import ModuleType


class StandIn(ModuleType):
    """A module that has the names of another, and asks for those that are missing.

    Parameters
    ----------
    name : str
    source : module
        Whose names it has.
    missing : callable
        Takes the name of this module and the missing one; returns what is meant or
        raises AttributeError.
    """

    def __init__(
        self, name: str, source: ModuleType, missing: Callable[[str, str], object]
    ) -> None:
        super().__init__(name, source.__doc__)
        self.__path__: list[str] = []  # importable below; searched nowhere
        self._source = source
        self._missing = missing

    def __getattr__(self, name: str) -> object:
        if hasattr(self._source, name):
            return getattr(self._source, name)
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return self._missing(self.__name__, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *dir(self._source)})


class GensimDistribution(Distribution):
    """What ``importlib.metadata`` finds of a gensim that is not there: its version.

    Parameters
    ----------
    number : str
    """

    def __init__(self, number: str) -> None:
        self.number = number

    def read_text(self, filename: str) -> str | None:
        """Return the one file that there is."""
        if filename != "METADATA":
            return None
        return f"Metadata-Version: 2.1\nName: gensim\nVersion: {self.number}\n"

    def locate_file(self, path: object) -> Path:
        """Refuse: there are no files."""
        raise PackageNotFoundError(f"gensim has no {path}: it is not installed")
