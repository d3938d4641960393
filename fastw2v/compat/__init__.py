"""Run programs written for gensim on fastw2v, without touching them.

`install` makes ``import gensim.models`` and its neighbours give fastw2v's modules in
this process; ``python -m fastw2v.compat program.py`` runs a whole program so.
"""

from fastw2v.compat.finder import GENSIM_VERSION
from fastw2v.compat.swap import install, uninstall

__all__ = ["GENSIM_VERSION", "install", "uninstall"]
