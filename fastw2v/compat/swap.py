"""Put the swap in place and take it away."""

import sys

from fastw2v.compat.finder import Finder, loaded


def install() -> None:
    """Let ``import gensim`` give fastw2v's modules, from now on in this process.

    These answer: ``gensim.models``, its modules ``word2vec``, ``keyedvectors``,
    ``callbacks`` and ``phrases``, and ``gensim.utils``. All else (Doc2Vec, FastText,
    topic models, ``gensim.corpora``) comes from gensim where that is installed; what
    fastw2v's ``callbacks``, ``utils`` and ``models`` lack too. A second call does
    nothing.

    Raises
    ------
    RuntimeError
        gensim itself was imported before, so the program may hold its classes.

    Notes
    -----
    What comes from gensim works with gensim's own classes: a Doc2Vec is no fastw2v
    model. Objects that hold such classes cannot be pickled, nor saved, under the swap.
    Processes that are started afresh, as multiprocessing does by ``spawn``, need an
    `install` of their own.
    """
    if _installed() is not None:
        return
    if loaded():
        raise RuntimeError(
            "gensim was imported before, and its classes may be in use: call"
            " fastw2v.compat.install() before anything imports gensim"
        )
    sys.meta_path.insert(0, Finder())


def uninstall() -> None:
    """Let ``import gensim`` give gensim again.

    Names that a program has imported meanwhile stay fastw2v's. Without `install` this
    does nothing.
    """
    finder = _installed()
    if finder is None:
        return
    sys.meta_path.remove(finder)
    for name in loaded():
        del sys.modules[name]
    sys.modules.update(finder.gensim_modules)


def _installed() -> Finder | None:
    return next((f for f in sys.meta_path if isinstance(f, Finder)), None)
