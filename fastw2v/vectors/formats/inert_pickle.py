"""Read the pickle format as data: nothing is imported and nothing foreign is called.

A pickle is a program for a small stack machine, and Python's unpickler does what it
says. Here another machine runs the same programs: a name in the file is looked up in a
table of `Global` entries and never imported, and what the file takes for a call makes a
stand-in.

Filtering names before Python's own unpickler would be less: it takes extension codes
from a registry without asking, sets aside memory for any memo number it reads, and
hashes whatever stands where a key should.
"""

import mmap
import struct
from collections.abc import Callable, Mapping

from fastw2v.vectors.formats.pickle_machine import (
    Handler,
    PickleMachine,
)
from fastw2v.vectors.formats.stand_ins import Global


def read_inert(
    data: bytes | mmap.mmap, known: Mapping[tuple[str, str], Global], disk_bytes: int
) -> object:
    """Read one pickle.

    Parameters
    ----------
    data : bytes or mmap
        One pickle and nothing else.
    known : mapping of (module, name) to Global
        The only names that may occur.
    disk_bytes : int
        Size of the file that ``data`` comes from; bounds the number of objects.

    Raises
    ------
    Damaged
        The data is cut short, no pickle, or asks for what it may not have.
    """
    return PickleMachine(data, known, disk_bytes).run(HANDLERS)


def _constant(value: object) -> Handler:
    return lambda machine: machine.stack.append(value)


def _container(make: Callable[[], object]) -> Handler:
    return lambda machine: machine.push(make())


def _tuple_of(count: int) -> Handler:
    return lambda machine: machine.push(tuple(machine.pop_last(count)))


def _numbered(layout: str, use: Callable[[PickleMachine, int], object]) -> Handler:
    """Read a number and do something with it."""
    number = struct.Struct(layout)

    def handler(machine: PickleMachine) -> None:
        (value,) = number.unpack_from(machine.data, machine.position)
        machine.position += number.size
        use(machine, value)

    return handler


def _number(layout: str) -> Handler:
    return _numbered(layout, lambda machine, value: machine.stack.append(value))


def _counted(layout: str, convert: Callable[[bytes], object]) -> Handler:
    """Read a length and that many bytes."""
    return _numbered(
        layout,
        lambda machine, length: machine.stack.append(convert(machine.take(length))),
    )


def _unicode(data: bytes) -> str:
    return str(data, "utf-8", "surrogatepass")


def _integer(data: bytes) -> int:
    return int.from_bytes(data, "little", signed=True)


HANDLERS: dict[int, Handler] = {
    ord(opcode): handler
    for opcode, handler in {
        b"\x80": PickleMachine.protocol,
        b"\x95": _numbered("<Q", PickleMachine.frame),
        b"(": PickleMachine.mark,
        b"N": _constant(None),
        b"\x88": _constant(True),
        b"\x89": _constant(False),
        b")": _constant(()),
        b"I": PickleMachine.integer_line,
        b"J": _number("<i"),
        b"K": _number("<B"),
        b"M": _number("<H"),
        b"G": _number(">d"),
        b"\x8a": _counted("<B", _integer),
        b"X": _counted("<I", _unicode),
        b"\x8c": _counted("<B", _unicode),
        b"\x8d": _counted("<Q", _unicode),
        b"B": _counted("<I", bytes),
        b"C": _counted("<B", bytes),
        b"\x8e": _counted("<Q", bytes),
        b"\x96": _counted("<Q", bytes),
        b"T": _counted("<I", bytes),
        b"U": _counted("<B", bytes),
        b"]": _container(list),
        b"}": _container(dict),
        b"\x8f": _container(set),
        b"t": PickleMachine.tuple_from_mark,
        b"\x85": _tuple_of(1),
        b"\x86": _tuple_of(2),
        b"\x87": _tuple_of(3),
        b"\x91": PickleMachine.frozenset_from_mark,
        b"a": lambda machine: machine.extend(machine.pop_last(1)),
        b"e": lambda machine: machine.extend(machine.pop_items()),
        b"s": lambda machine: machine.fill(machine.pop_last(2)),
        b"u": lambda machine: machine.fill(machine.pop_items()),
        b"\x90": lambda machine: machine.add(machine.pop_items()),
        b"\x94": PickleMachine.memoize,
        b"q": _numbered("<B", PickleMachine.remember),
        b"r": _numbered("<I", PickleMachine.remember),
        b"h": _numbered("<B", PickleMachine.recall),
        b"j": _numbered("<I", PickleMachine.recall),
        b"c": PickleMachine.global_lines,
        b"\x93": PickleMachine.global_on_stack,
        b"R": PickleMachine.call,
        b"\x81": PickleMachine.new,
        b"b": PickleMachine.build,
    }.items()
}
