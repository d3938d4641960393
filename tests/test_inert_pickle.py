"""Files that would run code, take all memory or crash, and damaged ones."""

import bz2
import copyreg
import functools
import gzip
import os
import pickle
import struct
import sys
import tracemalloc
import warnings
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fastw2v.errors import FormatError
from fastw2v.vectors.formats import gensim_pickle, pickle_machine
from fastw2v.vectors.formats.gensim_arrays import load_beside
from fastw2v.vectors.formats.gensim_pickle import read_gensim
from fastw2v.vectors.formats.gensim_records import GensimModel
from fastw2v.vectors.formats.tensors import Damaged

REAL = Path(__file__).parent / "data" / "gensim" / "gensim-4.3.3-python3.model"
CANARY = "touch canary"
MAX_BYTES = 20_000_000
PACKERS = [gzip.compress, bz2.compress]


def name(module, attribute):
    """Return the opcodes that push a name."""
    return b"c%s\n%s\n" % (module.encode(), attribute.encode())


def text(value):
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def stack_name(module, attribute):
    """Return the opcodes that push a name as protocol 4 does."""
    return text(module) + text(attribute) + b"\x93"


def call(function, *arguments):
    return function + b"(" + b"".join(arguments) + b"tR"


def pickled(function, *arguments):
    """Return what Python's own pickler makes of an object that calls a function."""

    class Evil:
        def __reduce__(self):
            return function, arguments

    return pickle.dumps(Evil(), protocol=2)[2:-1]


def in_model(payload):
    """Return the opcodes of a model that has the payload as an attribute."""
    model = name("gensim.models.word2vec", "Word2Vec")
    return model + b")\x81}" + text("hashfxn") + payload + b"sb"


KV = name("gensim.models.keyedvectors", "KeyedVectors")
DTYPE = call(name("numpy", "dtype"), text("f4"), b"\x89", b"\x88")
UINT = call(name("numpy", "dtype"), text("u4"), b"\x89", b"\x88")
OBJECTS = call(name("numpy", "dtype"), text("O8"), b"\x89", b"\x88")
RECONSTRUCT = name("numpy.core.multiarray", "_reconstruct")
ARRAY = call(RECONSTRUCT, name("numpy", "ndarray"), b"K\x00\x85", b"C\x01b")
ENCODE = name("_codecs", "encode")
SYSTEM = name("os", "system")
RUN = call(SYSTEM, text(CANARY))
HUGE = b"\x8a\x05" + (2**35).to_bytes(5, "little")


def array(shape, content, dtype=DTYPE):
    return ARRAY + b"(K\x01" + shape + dtype + b"\x89" + content + b"tb"


ATTACKS = {
    "os.system": pickled(os.system, CANARY),
    "posix.system": call(name("posix", "system"), text(CANARY)),
    "builtins.eval": call(
        name("builtins", "eval"), text(f"__import__('os').system('{CANARY}')")
    ),
    "builtins.exec": call(
        name("builtins", "exec"), text(f"import os; os.system('{CANARY}')")
    ),
    "python 2's eval": call(name("__builtin__", "eval"), text("1")),
    "getattr": call(
        call(name("builtins", "getattr"), name("shutil", "os"), text("system")),
        text(CANARY),
    ),
    "import alone": name("this", "s"),
    "functools.partial": pickled(functools.partial, os.system, CANARY),
    "numpy.testing": call(
        name("numpy.testing._private.utils", "runstring"),
        text(f"import os; os.system('{CANARY}')"),
        b"}",
    ),
    "numpy.load": call(name("numpy", "load"), text("canary")),
    "gensim's own unpickler": call(name("gensim.utils", "unpickle"), text("x")),
    "a prefix of gensim": name("gensim.models.word2vec.os", "system"),
    "a prefix of numpy": name("numpy.core.multiarray.os", "system"),
    "a dotted name": stack_name("builtins", "object.__class__"),
    "a dotted name of gensim": stack_name(
        "gensim.models.word2vec", "Word2Vec.load.__globals__"
    ),
    "a name that is no text": b"K\x01K\x02\x93",
    "copyreg._reconstructor": call(
        name("copyreg", "_reconstructor"), SYSTEM, name("builtins", "object"), b"N"
    ),
    "copyreg.__newobj__": call(name("copyreg", "__newobj__"), KV),
    "registered extension 1": b"\x82\xf7",
    "registered extension 2": b"\x83\xf7\x00",
    "registered extension 4": b"\x84\xf7\x00\x00\x00",
    "call of an extension": call(b"\x82\xf7", text(CANARY)),
    "persistent id": b"Pcanary\n",
    "persistent id on the stack": text("canary") + b"Q",
    "INST": b"(" + text(CANARY) + b"ios\nsystem\n",
    "OBJ": b"(" + SYSTEM + text(CANARY) + b"o",
    "NEWOBJ of a function": SYSTEM + text(CANARY) + b"\x85\x81",
    "NEWOBJ with arguments": KV + text(CANARY) + b"\x85\x81",
    "NEWOBJ of no class": name("builtins", "hash") + b")\x81",
    "NEWOBJ_EX": KV + b")}\x92",
    "out-of-band buffer": b"\x97",
    "call of a class": call(KV),
    "call of text": call(text(CANARY)),
    "call of an object": call(KV + b")\x81"),
    "call without a tuple": name("collections", "defaultdict") + text("int") + b"R",
    "state for a class": KV + b"}" + text("load") + RUN + b"sb",
    "state for a name": KV + b"}" + text("load") + text("x") + b"sb",
    "state for a dict": b"}}" + text("__setstate__") + text("x") + b"sb",
    "state for a list": b"]}b",
    "__setstate__ in the state": KV + b")\x81}" + text("__setstate__") + SYSTEM + b"sb",
    "slots in the state": KV + b")\x81N}\x86b",
    "state twice": KV + b")\x81" + (b"}" + text("a") + b"K\x01sb") * 2,
    "state with odd names": KV + b")\x81}K\x01K\x02sb",
    "defaultdict of list": call(
        name("collections", "defaultdict"), name("builtins", "list")
    ),
    "defaultdict of a known name": call(
        name("collections", "defaultdict"), name("gensim.utils", "call_on_class_only")
    ),
    "defaultdict of nothing": call(name("collections", "defaultdict")),
    "encode with a codec": call(ENCODE, text("x"), text("punycode")),
    "encode of no text": call(ENCODE, b"]", text("latin1")),
    "encode of what it cannot": call(ENCODE, text("日"), text("latin1")),
    "arguments for bytes": call(name("__builtin__", "bytes"), HUGE),
    "an array of another class": call(
        RECONSTRUCT, name("numpy", "memmap"), b"K\x00\x85", b"C\x01b"
    ),
    "an array of a known class": call(RECONSTRUCT, KV, b"K\x00\x85", b"C\x01b"),
    "a pickle in an array of objects": array(b"K\x01\x85", b"](" + RUN + b"e", OBJECTS),
    "objects from bytes": array(b"K\x01\x85", b"C\x08" + bytes(8), OBJECTS),
    "objects in two dimensions": array(b"K\x01K\x01\x86", b"]Na", OBJECTS),
    "a shape that lies": array(HUGE + b"\x85", b"C\x04" + bytes(4)),
    "a shape that overflows": array(HUGE + HUGE + HUGE + b"\x87", b"C\x00"),
    "a shape with a zero": array(HUGE + b"K\x00" + HUGE + b"\x87", b"]"),
    "a negative shape": array(b"J\xff\xff\xff\xffJ\xff\xff\xff\xff\x86", b"C\x04abcd"),
    "a shape of text": array(text("x") + b"\x85", b"C\x04abcd"),
    "an array of no dtype": array(b"K\x01\x85", b"C\x04abcd", text("f4")),
    "an array filled twice": array(b"K\x01\x85", b"C\x04abcd")
    + b"(K\x01K\x01\x85"
    + DTYPE
    + b"\x89C\x04abcdtb",
    "a dtype with fields": call(name("numpy", "dtype"), text("f4,O"), b"\x89", b"\x88"),
    "a void dtype": call(name("numpy", "dtype"), text("V9"), b"\x89", b"\x88"),
    "a dtype of a class": call(name("numpy", "dtype"), name("os", "system")),
    "a dtype of deep tuples": call(
        name("numpy", "dtype"), b")" + b"\x85" * 100_000, b"\x89"
    ),
    "a dtype that NumPy has not": call(name("numpy", "dtype"), text("b8")),
    "a scalar of bad text": call(
        name("numpy.core.multiarray", "scalar"),
        call(name("numpy", "dtype"), text("U1")),
        b"C\x04\xff\xff\xff\xff",
    ),
    "a dtype given fields": DTYPE
    + b"(K\x03"
    + text("<")
    + b"N"
    + text("f")
    + b"}"
    + b"J\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb",
    "a scalar of objects": call(
        name("numpy.core.multiarray", "scalar"), OBJECTS, b"](" + RUN + b"e"
    ),
    "a random state with a call": call(
        name("numpy.random._pickle", "__randomstate_ctor"), RUN
    ),
    "LONG4 that lies": b"\x8b\xff\xff\xff\x7f\x01",
    "BINBYTES that lies": b"B\xff\xff\xff\xff",
    "BINBYTES8 that lies": b"\x8e" + struct.pack("<Q", 2**63 - 1),
    "BINBYTES8 beyond any file": b"\x8e" + struct.pack("<Q", 2**64 - 1),
    "BYTEARRAY8 that lies": b"\x96" + struct.pack("<Q", 2**40),
    "BINUNICODE8 that lies": b"\x8d" + struct.pack("<Q", 2**40),
    "BINSTRING that lies": b"T\xff\xff\xff\xff",
    "FRAME that lies": b"\x95" + struct.pack("<Q", 2**40) + b"N",
    "INT that is none": b"I__import__('os')\n",
    "INT without an end": b"I" + b"1" * 100_000,
    "GLOBAL without an end": b"c" + b"a" * 100_000,
    "bad UTF-8": b"X\x02\x00\x00\x00\xff\xff",
    "a huge memo number": b"]r\xff\xff\xff\xff",
    "an unknown memo number": b"h\x05",
    "memo of nothing": b"\x94",
    "an empty stack": b"a",
    "too few for a tuple": b"N\x87",
    "no mark": b"Nt",
    "a key without a value": b"}(Nu",
    "items for a list in a dict": b"](NNu",
    "a list used as a key": b"}]Ns",
    "a tuple used as a key": b"})" + b"\x85" * 100_000 + b"Ns",
    "a tuple in a set": b"(" + b")" + b"\x85" * 100_000 + b"\x91",
    "lists, very deep": b"]" * 100_000 + b"a" * 99_999,
    "marks, very many": b"(" * 30_000,
    "dicts, very many": b"](" + b"}" * 30_000 + b"e",
    "copies, very many": text("x" * 50_000)
    + b"q\x01"
    + ENCODE
    + b"q\x02"
    + text("latin1")
    + b"q\x03("
    + b"h\x02h\x01h\x03\x86R" * 20_000
    + b"t",
    "POP": b"N0",
    "DUP": b"N2",
    "text float": b"F1.0\n",
    "an unknown opcode": b"\xfe",
}


# Nothing is wrong with these but what they could do elsewhere.
HARMLESS = {"a huge memo number", "lists, very deep"}


@pytest.fixture
def canary(tmp_path, monkeypatch):
    """Return a path that any of the attacks would create."""
    monkeypatch.chdir(tmp_path)
    copyreg.add_extension("os", "system", 0xF7)
    yield tmp_path / "canary"
    copyreg.remove_extension("os", "system", 0xF7)


def read_measured(path):
    """Read a file and return its error and the most memory taken."""
    tracemalloc.start()
    try:
        with pytest.raises(FormatError) as caught:
            read_gensim(path)
        return str(caught.value), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("wrap", [bytes, in_model], ids=["alone", "in-a-model"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_file_runs_code_or_takes_memory(canary, attack, wrap, monkeypatch):
    monkeypatch.setattr(pickle_machine, "FREE_OBJECTS", 2000)
    path = canary.parent / "evil.model"
    path.write_bytes(b"\x80\x04" + wrap(ATTACKS[attack]) + b".")
    message, peak = read_measured(path)
    assert message.startswith(str(path))
    assert attack in HARMLESS or "without vectors" not in message  # refused before
    assert "\n" not in message
    assert len(message) < 600
    assert not canary.exists()
    assert "this" not in sys.modules
    assert peak < MAX_BYTES + 100 * path.stat().st_size


@pytest.mark.parametrize(
    "attack",
    [
        "os.system",
        "posix.system",
        "builtins.eval",
        "builtins.exec",
        "getattr",
        "numpy.testing",
        "INST",
        "OBJ",
        "a pickle in an array of objects",
        "call of an extension",
    ],
)
def test_the_attacks_are_real(canary, attack):
    """Python's own unpickler falls for them, so the canary above could die."""
    with suppress(Exception):  # what comes after the attack may fail
        pickle.loads(b"\x80\x04" + ATTACKS[attack] + b".")
    assert canary.exists()


def test_the_name_that_was_refused_is_told(tmp_path):
    path = tmp_path / "evil.model"
    path.write_bytes(b"\x80\x04" + in_model(SYSTEM) + b".")
    with pytest.raises(FormatError, match=r"os\.system.*was not run.*save_word2vec"):
        read_gensim(path)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b".",
        b"\x80\x04",
        b"\x80\x04.",
        b"\x80\x04NN.",
        b"\x80\x04N.N",
        b"\x80\x04(N.",
        b"\x80\x01N.",
        b"\x80\x06N.",
        b"not a pickle",
        b"\x80\x04" + KV + b")\x81.",
        b"\x80\x04" + name("gensim.models.keyedvectors", "Vocab") + b")\x81}b.",
    ],
)
def test_what_is_no_model(tmp_path, data):
    path = tmp_path / "v.model"
    path.write_bytes(data)
    with pytest.raises(FormatError, match="no model that gensim saved, or a damaged"):
        read_gensim(path)


@pytest.mark.parametrize("pack", PACKERS, ids=["gzip", "bz2"])
def test_a_small_file_that_unpacks_to_a_large_one(tmp_path, pack, monkeypatch):
    monkeypatch.setattr(gensim_pickle, "FREE_BYTES", 1 << 20)
    path = tmp_path / "bomb.gz"
    path.write_bytes(pack(b"\x80\x04C" + bytes(50_000_000)))
    message, peak = read_measured(path)
    assert "unpack to" in message
    assert peak < MAX_BYTES


@pytest.mark.parametrize("pack", PACKERS, ids=["gzip", "bz2"])
@pytest.mark.parametrize("keep", [10, 60, -1])
def test_cut_compressed_files(tmp_path, pack, keep):
    path = tmp_path / "v.model.gz"
    path.write_bytes(pack(REAL.read_bytes())[:keep])
    with pytest.raises(FormatError, match=r"bad compressed data|no model"):
        read_gensim(path)


def test_every_cut_of_a_real_file_is_found(tmp_path):
    data, path = REAL.read_bytes(), tmp_path / "cut.model"
    for length in range(0, len(data), 23):
        path.write_bytes(data[:length])
        with pytest.raises(FormatError):
            read_gensim(path)


def smallest_model(comment):
    """Return the pickle of a model of one word and one dimension."""
    dtype = (
        DTYPE + b"(K\x03" + text("<") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    )
    rows = array(b"K\x01K\x01\x86", b"C\x04" + bytes(4), dtype)
    wv = KV + b")\x81}(" + text("index_to_key") + b"]" + text("w") + b"a"
    wv += text("vectors") + rows + b"ub"
    model = name("gensim.models.word2vec", "Word2Vec") + b")\x81}("
    return b"\x80\x04" + model + text("wv") + wv + text("comment") + comment + b"ub."


@pytest.mark.parametrize(
    ("comment", "kept"),
    [
        (text("mine"), True),
        (b"]" * 15 + b"a" * 14, True),
        (b"]" * 90 + b"a" * 89, False),
        (b"(](NNeq\x01" + (b"](" + b"h\x01" * 50 + b"eq\x01") * 6 + b"t", False),
        (b"]q\x01h\x01a", False),
        (b"](" + b"]q\x01(" + b"N" * 2000 + b"e" + b"h\x01" * 2000 + b"e", False),
        (KV, False),
    ],
    ids=["text", "deep", "too-deep", "doubling", "holding-itself", "repeating", "name"],
)
def test_attributes_that_would_explode_when_walked_are_left_out(
    tmp_path, comment, kept
):
    path = tmp_path / "v.model"
    path.write_bytes(smallest_model(comment))
    found = read_gensim(path)
    assert found.vectors.words == ["w"]
    assert ("comment" in found.parameters) == kept


def random_state(key, position):
    state = b"(" + text("MT19937") + key + position + b"K\x00G" + bytes(8) + b"t"
    return call(name("numpy.random", "__RandomState_ctor")) + state + b"b"


@pytest.mark.parametrize(
    ("attribute", "payload", "message"),
    [
        ("random", random_state(b"]", b"K\x00"), "without a state"),
        (
            "random",
            random_state(array(b"K\x01\x85", b"C\x04abcd"), b"K\x00"),
            "no MT19937",
        ),
        (
            "random",
            random_state(
                array(b"M\x70\x02\x85", b"B\xc0\x09\x00\x00" + bytes(2496), UINT), HUGE
            ),
            "no MT19937",
        ),
        ("random", call(name("numpy.random", "__RandomState_ctor")), "without a state"),
        ("raw_vocab", b"}" + text("a") + text("b") + b"s", "a count that is no number"),
    ],
    ids=["list", "short-key", "position", "empty", "raw-vocab"],
)
def test_parts_of_a_model_that_are_not_what_they_should_be(
    tmp_path, attribute, payload, message
):
    path = tmp_path / "v.model"
    path.write_bytes(smallest_model(b"N" + text(attribute) + payload))
    with pytest.raises(FormatError, match=message):
        read_gensim(path)


changes = st.lists(
    st.tuples(
        st.integers(0, 8000), st.integers(0, 3), st.binary(min_size=0, max_size=4)
    ),
    min_size=1,
    max_size=6,
)


def mutate(data, edits):
    changed = bytearray(data)
    for position, removed, added in edits:
        start = position % (len(changed) + 1)
        changed[start : start + removed] = added
    return bytes(changed)


@settings(
    deadline=None,
    max_examples=400,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes, st.sampled_from(sorted(REAL.parent.glob("*.model"))))
@example([(0, 0, b"")], REAL)
def test_damage_anywhere_is_found_or_harmless(tmp_path, edits, source):
    path = tmp_path / "v.model"
    path.write_bytes(mutate(source.read_bytes(), edits))
    try:
        found = read_gensim(path)
    except FormatError:
        return
    assert isinstance(found, GensimModel)
    assert found.vectors.vectors.shape == (len(found.vectors.words), 3)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 2), st.binary(max_size=2)),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(["npy", "npz"]),
)
def test_damage_in_files_beside_is_found_or_harmless(tmp_path, edits, suffix):
    path = tmp_path / f"v.{suffix}"
    rows = np.arange(12, dtype=np.float32).reshape(4, 3)
    if suffix == "npy":
        np.save(path, rows)
    else:
        np.savez_compressed(path, val=rows)
    path.write_bytes(mutate(path.read_bytes(), edits))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy's, of headers that Python 2 wrote
        with suppress(Damaged):
            assert load_beside(str(path), None).nbytes <= 1000
