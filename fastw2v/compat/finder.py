"""The finder that answers for gensim: fastw2v's modules first, gensim's for the rest.

gensim's own modules import each other by name, and must not meet fastw2v's there: they
are imported as if there were no swap, and kept beside it, see `Finder.without_swap`.
"""

import importlib
import importlib.util
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from importlib.metadata import DistributionFinder
from types import ModuleType

from fastw2v.compat.stand_in import GensimDistribution, StandIn

GENSIM_VERSION = "4.4.0"
"""The gensim whose behaviour fastw2v follows, and the version that it reports."""

# gensim's functions on words and phrases are for its own objects: none is added.
WHOLE = {
    "gensim.models.word2vec",
    "gensim.models.keyedvectors",
    "gensim.models.phrases",
}
# What these lack stands on its own, and comes from gensim.
COMPLETED = {"gensim", "gensim.models", "gensim.models.callbacks", "gensim.utils"}


def loaded() -> list[str]:
    """Return the names of gensim's modules that are imported now, by whoever."""
    return [n for n in sys.modules if n == "gensim" or n.startswith("gensim.")]


class Finder(DistributionFinder):
    """Answers every import of gensim, and questions for its version if it is absent.

    Attributes
    ----------
    gensim_modules : dict of str to module
        What has been imported of gensim itself.
    """

    def __init__(self) -> None:
        self.gensim_modules: dict[str, ModuleType] = {}
        self._lock = threading.RLock()

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find a module of gensim, ours or its own; others are left to others.

        Raises
        ------
        ModuleNotFoundError
            fastw2v has no such module, and gensim is not installed.
        """
        del path, target
        if fullname.partition(".")[0] != "gensim":
            return None
        if fullname in WHOLE | COMPLETED:
            module = self._own(fullname)
            is_package = fullname in {"gensim", "gensim.models"}
            return ModuleSpec(fullname, _Giver(module), is_package=is_package)
        self._check_has_gensim(fullname)
        with self.without_swap():
            if importlib.util.find_spec(fullname) is None:
                return None
        return ModuleSpec(fullname, _Giver(self.gensim_module(fullname)))

    def find_distributions(
        self, context: DistributionFinder.Context | None = None
    ) -> Iterable[GensimDistribution]:
        """Answer ``importlib.metadata.version("gensim")`` where gensim is absent."""
        name = None if context is None else context.name
        if name in {None, "gensim"} and not self.has_gensim():
            yield GensimDistribution(GENSIM_VERSION)

    def has_gensim(self) -> bool:
        """Tell whether gensim itself is installed."""
        with self.without_swap():
            return importlib.util.find_spec("gensim") is not None

    def gensim_module(self, name: str) -> ModuleType:
        """Import a module of gensim itself."""
        with self.without_swap():
            return importlib.import_module(name)

    @contextmanager
    def without_swap(self) -> Iterator[None]:
        """Let imports meet gensim itself and nothing else."""
        with self._lock:
            swapped = _take_out()
            sys.modules.update(self.gensim_modules)
            sys.meta_path.remove(self)
            try:
                yield
            finally:
                sys.meta_path.insert(0, self)
                self.gensim_modules = _take_out()
                sys.modules.update(swapped)

    def _own(self, name: str) -> ModuleType:
        """Return fastw2v's answer; its modules are named as gensim's are."""
        if name == "gensim":
            source = ModuleType(name)
            vars(source)["__version__"] = GENSIM_VERSION
        else:
            source = importlib.import_module("fastw2v" + name.removeprefix("gensim"))
        return source if name in WHOLE else StandIn(name, source, self._missing)

    def _missing(self, module: str, name: str) -> object:
        """Return what fastw2v's answer for a module lacks."""
        qualified = f"{module}.{name}"
        if module == "gensim" and qualified in COMPLETED:
            return importlib.import_module(qualified)
        if not self.has_gensim():
            raise AttributeError(_absent(qualified))
        return getattr(self.gensim_module(module), name)

    def _check_has_gensim(self, name: str) -> None:
        if not self.has_gensim():
            # Were it name=name, `from gensim.models import LdaModel` would drop the
            # message for a poorer one.
            raise ModuleNotFoundError(_absent(name), name="gensim")


class _Giver(Loader):
    """Gives a module that exists already, without touching its attributes."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module

    def exec_module(self, module: ModuleType) -> None:
        """Put the module in the place of the empty one made for it."""
        sys.modules[module.__name__] = self.module


def _take_out() -> dict[str, ModuleType]:
    return {name: sys.modules.pop(name) for name in loaded()}


def _absent(name: str) -> str:
    return (
        f"{name} is not part of fastw2v, which answers for gensim here, and gensim is"
        " not installed: pip install gensim"
    )
