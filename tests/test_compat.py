"""fastw2v in gensim's place; each program runs in a process of its own."""

import importlib.util
import json
import subprocess
import sys

import pytest

PREFACE = "import json, sys; import fastw2v; from fastw2v import compat\n"
# Hides an installed gensim, without touching what is asked of it.
NO_GENSIM = """
import importlib.machinery as machinery
class Blind(machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition(".")[0] == "gensim":
            return None
        return super().find_spec(name, path, target)
sys.meta_path[sys.meta_path.index(machinery.PathFinder)] = Blind
"""
# A gensim whose modules import each other as gensim's do.
LIKE_GENSIM = {
    "__init__.py": "__version__ = '4.9'\nfrom gensim import corpora, models, utils\n",
    "utils.py": "class SaveLoad: pass\ndef simple_preprocess(): pass\n",
    "corpora/__init__.py": "from gensim.utils import SaveLoad\nnumber = 7\n",
    "models/__init__.py": "from gensim.models.word2vec import Word2Vec\n"
    "from gensim.models.doc2vec import Doc2Vec\n",
    "models/word2vec.py": "class Word2Vec: origin = 'gensim'\ninner = 1\n",
    "models/keyedvectors.py": "class KeyedVectors: pass\n",
    "models/callbacks.py": "class CoherenceMetric: pass\nclass CallbackAny2Vec: pass\n",
    "models/doc2vec.py": "from gensim.models.word2vec import Word2Vec\n"
    "from gensim.models.keyedvectors import KeyedVectors\n"
    "class Doc2Vec(Word2Vec): pass\n",
}


@pytest.fixture
def like_gensim(tmp_path):
    """Return a folder for sys.path that holds a package named gensim."""
    for name, content in LIKE_GENSIM.items():
        path = tmp_path / "gensim" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return tmp_path


def run(code, *, path=None):
    """Run code after the preface; return what it assigned to `result`."""
    if path is not None:
        code = f"sys.path.insert(0, {str(path)!r})\n{code}"
    code = f"{PREFACE}{code}\nprint(json.dumps(result))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("absent", [True, False])
@pytest.mark.parametrize(
    ("statement", "expression"),
    [
        ("import gensim", "gensim.models.Word2Vec"),
        ("import gensim.models", "gensim.models.Word2Vec"),
        ("from gensim.models import Word2Vec as W", "W"),
        ("from gensim import models", "models.Word2Vec"),
        ("from gensim.models import word2vec", "word2vec.Word2Vec"),
        ("from gensim.models.word2vec import Word2Vec as W", "W"),
        ("import gensim.models.word2vec as w", "w.Word2Vec"),
        ("import gensim.models.word2vec", "gensim.models.word2vec.LineSentence"),
        ("from gensim.models.keyedvectors import KeyedVectors as K", "K"),
        ("from gensim.models.phrases import Phrases, Phraser", "Phrases"),
        ("from gensim.models.callbacks import CallbackAny2Vec as C", "C"),
        ("from gensim.models import *", "KeyedVectors"),
        ("from gensim.utils import simple_preprocess as s", "s"),
        ("import gensim.utils", "gensim.utils.simple_preprocess"),
        ("from gensim import utils", "utils.RepeatCorpus"),
    ],
)
def test_every_way_to_import_gives_ours(like_gensim, statement, expression, absent):
    code = f"compat.install()\n{statement}\nresult = {expression}.__module__"
    code = NO_GENSIM + code if absent else code
    path = None if absent else like_gensim
    assert run(code, path=path).partition(".")[0] == "fastw2v"


def test_modules_keep_their_identity():
    code = """
compat.install()
import gensim.models.word2vec, importlib
from fastw2v.models import word2vec
spec = word2vec.__spec__.name
result = [
    gensim.models.word2vec is word2vec is sys.modules["gensim.models.word2vec"],
    importlib.import_module("gensim.models").word2vec is word2vec,
    gensim.models is sys.modules["gensim.models"],
    spec == word2vec.__name__ == "fastw2v.models.word2vec",
    "Word2Vec" in dir(gensim.models),
]"""
    assert all(run(NO_GENSIM + code))


def test_versions_can_be_asked():
    code = """
compat.install()
import gensim, importlib.metadata
result = [gensim.__version__, importlib.metadata.version("gensim"),
          importlib.metadata.version("numpy")]"""
    ours, metadata, numpy = run(NO_GENSIM + code)
    assert ours == metadata == "4.4.0"
    assert numpy != metadata


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("import gensim.corpora", "gensim.corpora"),
        ("from gensim import corpora", "gensim.corpora"),
        ("from gensim.models import Doc2Vec", "gensim.models.Doc2Vec"),
        ("from gensim.models.doc2vec import Doc2Vec", "gensim.models.doc2vec"),
        ("import gensim.models.ldamodel", "gensim.models.ldamodel"),
    ],
)
def test_what_nobody_has_says_so(statement, name):
    code = f"""
compat.install()
try:
    {statement}
except ImportError as error:
    result = str(error)"""
    message = run(NO_GENSIM + code)
    assert message.startswith(f"{name} is not part of fastw2v")
    assert message.endswith("pip install gensim")


def test_an_attribute_that_nobody_has_is_an_attribute_error():
    code = """
compat.install()
import gensim.models
result = [hasattr(gensim.models, "Doc2Vec"), hasattr(gensim, "__wrapped__")]
try:
    gensim.models.Doc2Vec
except AttributeError as error:
    result.append(str(error))"""
    *found, message = run(NO_GENSIM + code)
    assert found == [False, False]
    assert "gensim.models.Doc2Vec is not part of fastw2v" in message


def test_the_rest_comes_from_gensim_and_sees_gensim_itself(like_gensim):
    code = """
compat.install()
import gensim.models
from gensim.models.doc2vec import Doc2Vec
from gensim.models.callbacks import CoherenceMetric
from gensim.models import Word2Vec
import gensim.models.doc2vec as d
import gensim.corpora
result = [Doc2Vec.origin, issubclass(Doc2Vec, Word2Vec), gensim.models.Doc2Vec is Doc2Vec,
          d.Doc2Vec is Doc2Vec, gensim.corpora.number,
          gensim.corpora.SaveLoad is gensim.utils.SaveLoad, Word2Vec.__module__,
          d.__spec__.name, hasattr(gensim.models.word2vec, "inner")]"""
    assert run(code, path=like_gensim) == [
        "gensim", False, True, True, 7, True, "fastw2v.models.word2vec",
        "gensim.models.doc2vec", False,
    ]  # fmt: skip


def test_gensim_is_not_imported_before_it_is_needed(like_gensim):
    (like_gensim / "gensim" / "__init__.py").write_text("raise OSError('imported')")
    code = """
compat.install()
import gensim, gensim.models.word2vec, gensim.utils
result = gensim.__version__"""
    assert run(code, path=like_gensim) == "4.4.0"


def test_an_absent_module_of_an_installed_gensim(like_gensim):
    code = """
import importlib.util
compat.install()
result = []
for name in ("gensim.nothing", "gensim.models.nothing", "gensim.corpora.nothing"):
    try:
        __import__(name)
    except ModuleNotFoundError as error:
        result.append(error.name)
result.append(importlib.util.find_spec("gensim.models.nothing"))
import gensim.models.word2vec  # still there
"""
    assert run(code, path=like_gensim) == [
        "gensim.nothing", "gensim.models.nothing", "gensim.corpora.nothing", None,
    ]  # fmt: skip


def test_an_error_within_gensim_leaves_the_swap_in_place(like_gensim):
    (like_gensim / "gensim" / "broken.py").write_text("import gensim.models\n1 / 0\n")
    code = """
compat.install()
try:
    import gensim.broken
except ZeroDivisionError:
    pass
from gensim.models import Word2Vec
result = Word2Vec.__module__"""
    assert run(code, path=like_gensim) == "fastw2v.models.word2vec"


def test_uninstall_brings_gensim_back(like_gensim):
    code = """
compat.uninstall()  # nothing to do
compat.install()
compat.install()  # once is enough
from gensim.models import Doc2Vec, Word2Vec
compat.uninstall()
import gensim.models
result = [gensim.models.Word2Vec.__module__, gensim.__version__,
          gensim.models.Doc2Vec is Doc2Vec, Word2Vec.__module__,
          any("compat" in type(finder).__module__ for finder in sys.meta_path)]"""
    assert run(code, path=like_gensim) == [
        "gensim.models.word2vec", "4.9", True, "fastw2v.models.word2vec", False,
    ]  # fmt: skip


def test_install_is_refused_once_gensim_is_in_use(like_gensim):
    code = """
import gensim.models
try:
    compat.install()
except RuntimeError as error:
    result = [str(error), gensim.models.Word2Vec.origin]"""
    message, origin = run(code, path=like_gensim)
    assert "before anything imports gensim" in message
    assert origin == "gensim"


def test_install_again_after_uninstall(like_gensim):
    code = """
compat.install()
import gensim.models
compat.uninstall()
compat.install()
import gensim.models
result = gensim.models.Word2Vec.__module__"""
    assert run(code, path=like_gensim) == "fastw2v.models.word2vec"


@pytest.mark.skipif(
    importlib.util.find_spec("gensim") is None, reason="gensim is not installed"
)
def test_beside_the_installed_gensim():
    code = """
compat.install()
from gensim.models import Doc2Vec, KeyedVectors, Word2Vec
from gensim.models.doc2vec import TaggedDocument
from gensim.corpora import Dictionary
texts = [["a", "b", "c"], ["b", "c", "d"]] * 3
ours = Word2Vec(texts, min_count=1, vector_size=4)
documents = [TaggedDocument(words, [row]) for row, words in enumerate(texts)]
theirs = Doc2Vec(documents, min_count=1, vector_size=4)
result = [isinstance(ours.wv, KeyedVectors), theirs.dv.vectors.shape,
          type(theirs.wv).__module__, sorted(Dictionary(texts).token2id)]"""
    assert run(code) == [True, [6, 4], "gensim.models.keyedvectors", list("abcd")]


# --- whole programs


PROGRAM = """
import sys
import neighbour
from gensim.models import Word2Vec
if __name__ == "__main__":
    print(sys.argv, neighbour.name, Word2Vec.__module__)
"""


def run_program(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "fastw2v.compat", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )


@pytest.fixture
def program(tmp_path):
    """Return the path of a program that has a neighbour to import."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "program.py").write_text(PROGRAM)
    (folder / "neighbour.py").write_text("name = 'neighbour'")
    return folder / "program.py"


def test_a_program_runs_unchanged(tmp_path, program):
    done = run_program(tmp_path, str(program), "-m", "--size", "3")
    expected = [str(program), "-m", "--size", "3"]
    assert done.stdout == f"{expected} neighbour fastw2v.models.word2vec\n", done.stderr


def test_a_module_runs_unchanged(program):
    done = run_program(program.parent, "-m", "program", "x")
    expected = [str(program), "x"]
    assert done.stdout == f"{expected} neighbour fastw2v.models.word2vec\n", done.stderr


def test_the_exit_status_is_the_programs(program):
    program.write_text("import sys; sys.exit(7)")
    assert run_program(program.parent, str(program)).returncode == 7


@pytest.mark.parametrize("arguments", [[], ["-m"], ["--help"]])
def test_usage(tmp_path, arguments):
    done = run_program(tmp_path, *arguments)
    assert done.stderr.startswith("usage: python -m fastw2v.compat PROGRAM")
    assert done.returncode == 1


def test_a_missing_program_is_named(tmp_path):
    done = run_program(tmp_path, "nowhere.py")
    assert "there is no program nowhere.py" in done.stderr
    assert done.returncode == 1
