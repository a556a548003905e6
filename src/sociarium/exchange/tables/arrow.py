"""A table in memory, by pyarrow: the extra `tables`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import islice

import pyarrow as pa

from sociarium.exchange.tables.columns import Column
from sociarium.exchange.tables.parquet_file import ROWS_AT_ONCE, TYPES, arrow_value
from sociarium.exchange.tables.read import Cells, RunAccount


def arrow_table(columns: Sequence[Column], rows: Iterable[Cells], account: RunAccount) -> pa.Table:
    """The rows as an Arrow table, whose schema carries the account of the runs as `sociarium.account`."""
    metadata = {"sociarium.account": json.dumps(asdict(account))}
    schema = pa.schema([(column.name, TYPES[column.kind]) for column in columns], metadata=metadata)
    source, batches = iter(rows), []
    while chunk := list(islice(source, ROWS_AT_ONCE)):
        arrays = [
            pa.array([arrow_value(column.kind, row[column.name]) for row in chunk], type=TYPES[column.kind])
            for column in columns
        ]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema=schema)
