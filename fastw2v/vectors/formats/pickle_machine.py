"""The stack machine that a pickle is a program for, without its power to call.

It has only what protocols 2 to 5 need for plain objects: numbers, text, bytes, tuples,
lists, dicts, sets and stand-ins. `inert_pickle` has the opcodes.
"""

import mmap
import re
import struct
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from fastw2v.vectors.formats.stand_ins import Global, StandIn, as_key, shown
from fastw2v.vectors.formats.tensors import Damaged

Handler: TypeAlias = Callable[["PickleMachine"], None]
Container = TypeVar("Container", list[object], dict[object, object], set[object])

STOP = ord(".")
MAX_LINE_BYTES = 256
INTEGER = re.compile(r"-?[0-9]{1,20}")

# Containers and stand-ins a file may hold whatever its size.
FREE_OBJECTS = 100_000


class PickleMachine:
    """The stack machine.

    Parameters
    ----------
    data : bytes or mmap
        One pickle and nothing else.
    known : mapping of (module, name) to Global
        The only names that may occur.
    disk_bytes : int
        Size of the file that ``data`` comes from; bounds the number of objects.
    """

    def __init__(
        self,
        data: bytes | mmap.mmap,
        known: Mapping[tuple[str, str], Global],
        disk_bytes: int,
    ) -> None:
        self.data = data
        self.position = 0
        self.stack: list[object] = []
        self._size = len(data)
        self._known = known
        self._marks: list[list[object]] = []
        self._memo: dict[int, object] = {}
        # No model has an object for every two bytes, nor copies what it holds.
        self._objects_left = FREE_OBJECTS + disk_bytes // 2
        self._copies_left = self._size

    def run(self, handlers: Mapping[int, Handler]) -> object:
        """Run the program to its end and return what it made.

        Parameters
        ----------
        handlers : mapping of int to callable
            What to do at each opcode.

        Raises
        ------
        Damaged
            The data is cut short, no pickle, or asks for what it may not have.
        """
        try:
            while (opcode := self.data[self.position]) != STOP:
                self.position += 1
                handlers[opcode](self)
        except (IndexError, struct.error) as error:
            raise Damaged(f"data missing at byte {self.position}") from error
        except KeyError as error:
            raise Damaged(
                f"no gensim model has what is at byte {self.position}"
            ) from error
        except UnicodeDecodeError as error:
            raise Damaged(f"bad text before byte {self.position}") from error
        if len(self.stack) != 1 or self._marks or self.position + 1 != self._size:
            raise Damaged(
                f"it does not end where its pickle does, byte {self.position}"
            )
        return self.stack.pop()

    # --- what the handlers are made of

    def take(self, length: int) -> bytes:
        """Return the next bytes."""
        start, self.position = self.position, self.position + length
        if self.position > self._size:
            raise Damaged(f"{length} bytes promised at byte {start} of {self._size}")
        return self.data[start : self.position]

    def line(self) -> str:
        """Return text up to the end of its line."""
        end = self.data.find(b"\n", self.position, self.position + MAX_LINE_BYTES)
        if end < 0:
            raise Damaged(f"no line of text at byte {self.position}")
        text = str(self.take(end - self.position), "utf-8")
        self.position += 1
        return text

    def push(self, value: object) -> None:
        """Put a new container or stand-in on the stack."""
        self._objects_left -= 1
        if self._objects_left < 0:
            raise Damaged("more objects than a file of its size can need")
        self.stack.append(value)

    def pop_items(self) -> list[object]:
        """Return everything above the last mark."""
        items, self.stack = self.stack, self._marks.pop()
        return items

    def pop_last(self, count: int) -> list[object]:
        """Return the last objects of the stack."""
        items = self.stack[-count:]
        if len(items) < count:
            raise IndexError
        del self.stack[-count:]
        return items

    def target(self, kind: type[Container]) -> Container:
        """Return the object that the next ones are put into."""
        found = self.stack[-1]
        if type(found) is not kind:  # not isinstance: nothing here has subclasses
            raise Damaged(f"a {type(found).__name__} used as {kind.__name__}")
        return found

    # --- opcodes

    def protocol(self) -> None:
        """PROTO: the version of the format."""
        version = self.take(1)[0]
        if not 2 <= version <= 5:
            raise Damaged(f"pickle protocol {version} is not one of 2 to 5")

    def frame(self, length: int) -> None:
        """FRAME: so many bytes belong together, which matters to streams only."""
        if length > self._size - self.position:
            raise Damaged(f"a frame of {length} bytes at byte {self.position}")

    def mark(self) -> None:
        """MARK: what follows is the content of one object."""
        self.push(None)
        self.stack.pop()
        self._marks.append(self.stack)
        self.stack = []

    def tuple_from_mark(self) -> None:
        """TUPLE: a tuple of what is above the mark."""
        self.push(tuple(self.pop_items()))

    def frozenset_from_mark(self) -> None:
        """FROZENSET: a set of what is above the mark."""
        self.push(frozenset(map(as_key, self.pop_items())))

    def extend(self, items: list[object]) -> None:
        """Put objects into the list on the stack."""
        self.target(list).extend(items)

    def fill(self, items: list[object]) -> None:
        """Put key, value, key, value into the dict on the stack."""
        if len(items) % 2:
            raise Damaged("a key without a value")
        keys = [key if type(key) is str else as_key(key) for key in items[::2]]
        self.target(dict).update(zip(keys, items[1::2], strict=True))

    def add(self, items: list[object]) -> None:
        """Put objects into the set on the stack."""
        self.target(set).update(map(as_key, items))

    def remember(self, number: int) -> None:
        """Keep the last object for later use."""
        self._memo[number] = self.stack[-1]

    def memoize(self) -> None:
        """MEMOIZE: keep the last object under the next number."""
        self._memo[len(self._memo)] = self.stack[-1]

    def recall(self, number: int) -> None:
        """Put a kept object on the stack."""
        self.stack.append(self._memo[number])

    def global_lines(self) -> None:
        """GLOBAL: a name as two lines of text."""
        self.push(self.look_up(self.line(), self.line()))

    def integer_line(self) -> None:
        """INT: a number as a line of text, as Python 2 writes those above 2**31."""
        text = self.line()
        if not INTEGER.fullmatch(text):
            raise Damaged(f"a number {shown(text)}")
        self.stack.append(int(text))

    def global_on_stack(self) -> None:
        """STACK_GLOBAL: a name as two objects."""
        self.push(self.look_up(*self.pop_last(2)))

    def look_up(self, module: object, name: object) -> Global:
        """Return the entry of the table for a name."""
        if type(module) is str and type(name) is str and (module, name) in self._known:
            return self._known[module, name]
        raise Damaged(
            f"it refers to {shown(module)}.{shown(name)}, which is none of the names "
            "that gensim's own classes need, and the file was not run; if it is yours, "
            "write it with gensim's save_word2vec_format"
        )

    def call(self) -> None:
        """REDUCE: what would call a function."""
        function, arguments = self.pop_last(2)
        if type(function) is not Global or function.call is None:
            raise Damaged(f"a call of {shown(function)}; the file was not run")
        if type(arguments) is not tuple:
            raise Damaged(f"a call of {shown(function)} without arguments")
        for argument in arguments:
            if type(argument) in {str, bytes, list}:
                self._copies_left -= len(argument)
        if self._copies_left < 0:
            raise Damaged("more copies than a file of its size can need")
        try:
            self.push(function.call(*arguments))
        except TypeError as error:
            raise Damaged(f"a call of {shown(function)} unlike gensim's") from error

    def new(self) -> None:
        """NEWOBJ: what would make an object of a class."""
        kind, arguments = self.pop_last(2)
        if type(kind) is not Global or kind.new is None or arguments != ():
            raise Damaged(f"an object of {shown(kind)}; the file was not run")
        self.push(kind.new())

    def build(self) -> None:
        """BUILD: the state of an object."""
        state = self.stack.pop()
        owner = self.stack[-1]
        if not isinstance(owner, StandIn):
            raise Damaged(f"a state for {shown(owner)}; the file was not run")
        owner.set_state(state)
