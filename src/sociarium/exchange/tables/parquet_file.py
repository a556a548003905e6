"""A table as Parquet, by pyarrow: the extra `tables`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from sociarium.exchange.tables.columns import Column, Kind
from sociarium.records.lists import label_of

SUFFIX = ".parquet"

TYPES: dict[Kind, Any] = {
    "text": pa.string(),
    "whole": pa.int64(),
    "real": pa.float64(),
    "truth": pa.bool_(),
    "moment": pa.timestamp("ms", tz="UTC"),
}
ROWS_AT_ONCE = 5_000
_CHARACTERS_AT_ONCE = 8_000_000


@contextmanager
def sheet(path: Path, columns: Sequence[Column]) -> Iterator[Callable[[Sequence[Any]], None]]:
    """Open a table; the context is a function that writes the cells of a row."""
    schema = pa.schema([(column.name, TYPES[column.kind]) for column in columns])
    kinds = [column.kind for column in columns]
    buffered: list[Sequence[Any]] = []
    characters = 0
    # Opened here: Arrow takes no path that is not UTF-8.
    with path.open("wb") as file, parquet.ParquetWriter(file, schema, compression="zstd") as writer:

        def flush() -> None:
            nonlocal characters
            arrays = [
                pa.array([arrow_value(kind, cell) for cell in cells], type=TYPES[kind])
                for kind, cells in zip(kinds, zip(*buffered, strict=True), strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            buffered.clear()
            characters = 0

        def write(row: Sequence[Any]) -> None:
            nonlocal characters
            buffered.append(row)
            characters += sum(len(value) for value in row if isinstance(value, str))
            if len(buffered) >= ROWS_AT_ONCE or characters >= _CHARACTERS_AT_ONCE:
                flush()

        yield write
        if buffered:
            flush()


def arrow_value(kind: Kind, value: Any) -> Any:
    """A cell as Arrow takes it."""
    if value is None or (kind == "text" and type(value) is str):
        return value
    match kind:
        case "text":
            return label_of(value)
        case "real":
            return float(value)
        case "moment":
            return datetime.fromisoformat(value)
        case _:
            return value
