"""Orders about sweeps in the embedded store."""

from __future__ import annotations

import json

from sociarium.records.steering import SteeringOrder
from sociarium.stores.sqlite import rows, tables
from sociarium.stores.sqlite.database import SqliteDatabase


class SqliteSteering(SqliteDatabase):
    """The steering port."""

    def add_order(self, order: SteeringOrder) -> SteeringOrder:
        """See the port."""
        with self._writing() as writer:
            writer.execute(tables.STEERING.insert, _order_row(order))
            return _order(writer.execute(tables.STEERING.select_by_key, (order.sweep, order.number)).fetchone())

    def orders(self, sweep: str, *, after: int = 0) -> list[SteeringOrder]:
        """See the port."""
        query = tables.STEERING.select("WHERE sweep = ? AND number > ? ORDER BY number")
        return [_order(row) for row in self._read(query, (sweep, after))]


def _order_row(record: SteeringOrder) -> rows.Row:
    target = None if record.target is None else dict(record.target)
    return (
        record.sweep,
        record.number,
        record.action,
        *map(rows.json_text, (target, record.value, record.former)),
        record.reason,
        record.by,
        record.at,
    )


def _order(row: rows.Row) -> SteeringOrder:
    sweep, number, action, target, value, former, *rest = row
    return SteeringOrder(sweep, number, action, *map(json.loads, (target, value, former)), *rest)
