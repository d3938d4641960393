"""Text in Arrow arrays, tables and files: columns of lines or of token lists."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from fastw2v.corpus.chunks import Tokens, split_cells, split_lists
from fastw2v.errors import CorpusError

SUFFIXES = (".parquet", ".arrow", ".feather")
_BATCH_ROWS = 16384


class Slice(NamedTuple):
    """A run of rows, ready to be split in a worker thread."""

    split: Callable[[], Tokens]
    done: float  # share of the rows that are read, up to and with these


class _Table(NamedTuple):
    """An open file of columns."""

    schema: Any
    batches: Callable[[str], Iterator[tuple[Any, float]]]  # of a column; share read


def is_arrow(source: object) -> bool:
    """Tell whether `source` speaks Arrow: pyarrow, pandas, polars, ..."""
    return hasattr(source, "__arrow_c_stream__") or hasattr(source, "__arrow_c_array__")


def read_arrow(source: Any, column: str | None, size: int) -> Iterator[Slice]:
    """Cut an array, chunked array or table into slices of about `size` bytes.

    Raises
    ------
    CorpusError
        If there is no column of text or token lists to take.
    """
    name = type(source).__name__
    array = pa.chunked_array(source)
    if pa.types.is_struct(array.type):
        column = _choose_column(array.type, column, name)
        array = array.flatten()[array.type.get_field_index(column)]
    elif column is not None:
        raise CorpusError(f"column={column!r}, but {name} is a single column: drop it")
    split = _splitter(array.type, name)
    rows = 0
    for chunk in array.chunks:
        rows += len(chunk)
        yield from _slices(chunk, split, size, rows / max(1, len(array)))


def read_arrow_file(path: Path, column: str | None, size: int) -> Iterator[Slice]:
    """Cut one column of a Parquet, Arrow IPC or Feather file into slices.

    Raises
    ------
    CorpusError
        If the file is damaged, or has no such column.
    """
    open_table = _open_parquet if path.suffix.lower() == ".parquet" else _open_ipc
    try:
        with pa.OSFile(str(path)) as file:
            table = open_table(file)
            column = _choose_column(table.schema, column, str(path))
            split = _splitter(table.schema.field(column).type, str(path))
            for batch, done in table.batches(column):
                array = batch.column(column)
                array.validate(full=True)  # or a wrong offset would be followed
                yield from _slices(array, split, size, done)
    except CorpusError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise CorpusError(
            f"{path}: not a readable {path.suffix} file ({reason}): write or fetch it "
            "again, or rename it if it is text"
        ) from error


def _open_parquet(file: Any) -> _Table:
    from pyarrow.parquet import ParquetFile  # only needed here

    parquet = ParquetFile(file)

    def batches(column: str) -> Iterator[tuple[Any, float]]:
        rows, promised = 0, parquet.metadata.num_rows
        for batch in parquet.iter_batches(batch_size=_BATCH_ROWS, columns=[column]):
            rows += len(batch)
            if rows > promised:
                raise ValueError(f"row {rows} of {promised}")
            yield batch, rows / max(1, promised)
        if rows < promised:
            raise ValueError(f"{rows} rows of {promised}")

    return _Table(parquet.schema_arrow, batches)


def _open_ipc(file: Any) -> _Table:
    """Open the Arrow file format, or the stream format, which has no footer."""
    try:
        table = pa.ipc.open_file(file)
    except pa.ArrowInvalid:
        file.seek(0)
        stream = pa.ipc.open_stream(file)
        return _Table(
            stream.schema,
            lambda _: ((batch, file.tell() / file.size()) for batch in stream),
        )
    total = table.num_record_batches
    return _Table(
        table.schema,
        lambda _: ((table.get_batch(i), (i + 1) / total) for i in range(total)),
    )


def _choose_column(fields: Any, column: str | None, name: str) -> str:
    """Return `column`, or without one the only column of text or token lists."""
    types: dict[str, Any] = {field.name: field.type for field in fields}
    listed = ", ".join(f"{key} ({value})" for key, value in types.items()) or "none"
    if column is not None:
        if column not in types:
            raise CorpusError(f"{name} has no column {column!r}: choose from {listed}")
        return column
    usable = [key for key, type_ in types.items() if _is_text(type_) or _is_list(type_)]
    if len(usable) != 1:
        raise CorpusError(
            f"{name} has {len(usable)} columns of text or token lists: name one with "
            f"column=..., of {listed}"
        )
    return usable[0]


def _slices(
    array: Any,
    split: Callable[[Any], Tokens],
    size: int,
    done: float,
) -> Iterator[Slice]:
    # Not nbytes, which older releases of pyarrow refuse for views. For a slice of
    # something larger this is too much, and the slices become smaller than asked.
    rows = max(1, len(array) * size // max(1, array.get_total_buffer_size()))
    for start in range(0, len(array), rows):
        yield Slice(partial(split, array.slice(start, rows)), done)


def _splitter(type_: Any, name: str) -> Callable[[Any], Tokens]:
    if _is_text(type_):
        return partial(split_cells, name=name)
    if _is_list(type_):
        return partial(split_lists, name=name)
    raise CorpusError(
        f"{name}: a column of {type_} is not text: give one of strings or token lists"
    )


def _is_text(type_: Any) -> bool:
    if pa.types.is_dictionary(type_):
        return _is_text(type_.value_type)
    return bool(
        pa.types.is_string(type_)
        or pa.types.is_large_string(type_)
        or pa.types.is_string_view(type_)
    )


def _is_list(type_: Any) -> bool:
    is_list = (
        pa.types.is_list(type_)
        or pa.types.is_large_list(type_)
        or pa.types.is_fixed_size_list(type_)
        or pa.types.is_list_view(type_)
        or pa.types.is_large_list_view(type_)
    )
    return bool(is_list) and _is_text(type_.value_type)
