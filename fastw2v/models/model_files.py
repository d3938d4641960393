"""Saving and loading models: fastw2v's own files, and reading gensim's."""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Collection
from types import MethodType
from typing import Any, Generic, TypeVar

import numpy as np

from fastw2v.errors import FormatError
from fastw2v.models.from_gensim import attributes_of
from fastw2v.models.model_state import ModelState
from fastw2v.models.plain_values import from_plain, to_plain
from fastw2v.vectors.files import MAP_MODES
from fastw2v.vectors.formats.gensim_pickle import is_gensim_file, read_gensim
from fastw2v.vectors.formats.gensim_records import GensimModel
from fastw2v.vectors.formats.native import StoredModel, read_model, write_native
from fastw2v.vectors.formats.streams import Source, name_of
from fastw2v.vectors.keyed_vectors import KeyedVectors

Result = TypeVar("Result")

# What load makes anew.
_DERIVED = {"cum_table", "hashfxn"}
_RANDOM = "random"


class ClassOnly(Generic[Result]):
    """A method of a class that its instances do not have.

    Parameters
    ----------
    function : callable
        Takes the class first.
    """

    def __init__(self, function: Callable[..., Result]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __get__(self, instance: object, owner: type) -> Callable[..., Result]:
        if instance is not None:
            raise AttributeError(
                f"load makes a new model: call {owner.__name__}.load(...) on the class"
            )
        return MethodType(self._function, owner)


class ModelFiles(ModelState):
    """One safetensors file holds a whole model; `KeyedVectors.load` reads it too."""

    def save(
        self,
        fname: Source,
        separately: Any = None,  # noqa: ARG002  # there is one file
        sep_limit: int = 10 * 1024**2,  # noqa: ARG002
        ignore: Collection[str] = frozenset(),
        pickle_protocol: int = 4,  # noqa: ARG002  # there is no pickle
    ) -> None:
        """Write the model to one file, whole or not at all.

        Attributes of a subclass are written too, if they are arrays of numbers or made
        of None, bool, int, float, str, list, tuple, set and dict.

        Parameters
        ----------
        fname : str, PathLike or file open for writing bytes
        separately, sep_limit, pickle_protocol
            Without effect.
        ignore : collection of str
            Attributes to leave out; they are None when the model is loaded.

        Raises
        ------
        TypeError
            An attribute or a word cannot be written; nothing is.
        """
        skipped = {*ignore, *_DERIVED, _RANDOM, "wv", "syn1neg", "raw_vocab"}
        rest = {k: v for k, v in self.__getstate__().items() if k not in skipped}
        if "lifecycle_events" in rest:  # facts of any kind, to be read by people
            diary = json.dumps(rest["lifecycle_events"], default=str)
            rest["lifecycle_events"] = json.loads(diary)
        arrays = {k: v for k, v in rest.items() if _is_numeric(v)}
        values = {k: to_plain(k, v) for k, v in rest.items() if k not in arrays}
        document: dict[str, Any] = {"attributes": values, "ignored": sorted(ignore)}
        if self.raw_vocab and "raw_vocab" not in ignore:
            document["raw_vocab"] = to_plain("raw_vocab", list(self.raw_vocab.items()))
        if hasattr(self, _RANDOM) and _RANDOM not in ignore:
            name, keys, *others = self.random.get_state(legacy=True)
            arrays[_RANDOM] = np.asarray(keys)
            document[_RANDOM] = [name, *others]
        context = None if "syn1neg" in ignore else getattr(self, "syn1neg", None)
        write_native(fname, self.wv.stored, context, StoredModel(document, arrays))

    @ClassOnly
    def load(
        cls: "type[ModelFiles]",
        fname: Source,
        mmap: str | None = None,
        rethrow: bool = False,  # noqa: ARG002  # errors always reach the caller
    ) -> Any:
        """Read a model that `save` wrote, or gensim's `save`.

        gensim's pickles are read without running anything in them, and without gensim.

        Parameters
        ----------
        fname : str, PathLike or file open for reading bytes
        mmap : {None, "c", "r"}
            With "r" arrays cannot be written to until training copies them.
        rethrow : bool
            Without effect.

        Raises
        ------
        AttributeError
            The file holds vectors without a model.
        FormatError
            The file is in another format, or damaged.
        """
        if mmap not in [*MAP_MODES]:  # a list, since what is given may have no hash
            raise ValueError(f"mmap is {mmap!r}: give None, 'c' or 'r'")
        if isinstance(fname, str | os.PathLike) and is_gensim_file(fname):
            found = read_gensim(fname, "r" if mmap else None)
            if not isinstance(found, GensimModel):
                raise _no_model(fname, found.class_name)
            attributes = attributes_of(found)
        else:
            file = read_model(fname, writable=MAP_MODES[mmap])
            if file.model is None:
                raise _no_model(fname, "KeyedVectors")
            attributes = _unpacked(file.model, name_of(fname))
            attributes["wv"] = KeyedVectors.from_stored(file.vectors)
            if file.context_vectors is not None:
                attributes["syn1neg"] = file.context_vectors
        loaded = cls.__new__(cls)
        loaded.__dict__.update(attributes)
        loaded._complete()
        return loaded

    def _complete(self) -> None:
        """Make what is not in files; a class that has the means overrides it."""


def _unpacked(model: StoredModel, name: str) -> dict[str, Any]:
    """Return the attributes in a file of our own."""
    arrays = dict(model.arrays)
    keys = arrays.pop(_RANDOM, None)
    try:
        values = model.values
        attributes: dict[str, Any] = dict.fromkeys(values["ignored"])
        attributes |= {k: from_plain(v) for k, v in values["attributes"].items()}
        attributes["raw_vocab"] = defaultdict(
            int, from_plain(values.get("raw_vocab", []))
        )
        attributes[_RANDOM] = np.random.RandomState()
        if keys is not None:
            kind, *others = values[_RANDOM]
            attributes[_RANDOM].set_state((kind, keys, *others))
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(
            f"{name} describes no model that can be understood ({error}): save it again"
        ) from error
    return {"hashfxn": hash} | attributes | arrays


def _is_numeric(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "biuf"


def _no_model(fname: Source, class_name: str) -> AttributeError:
    return AttributeError(
        f"{name_of(fname)} holds {class_name}, not a model: use KeyedVectors.load"
    )
