"""Orders about sweeps in the shared store."""

from __future__ import annotations

import json

from pymongo import ASCENDING

from sociarium.records.steering import SteeringOrder
from sociarium.stores.mongo import schema
from sociarium.stores.mongo.database import MongoDatabase
from sociarium.stores.mongo.documents import Document, json_text


class MongoSteering(MongoDatabase):
    """The steering port."""

    def add_order(self, order: SteeringOrder) -> SteeringOrder:
        """See the port."""
        document = _order_document(order)
        with self._mapped_errors():
            conflicts = self._insert_missing(schema.STEERING, [document])
        return _order(conflicts[document["_id"]]) if conflicts else order

    def orders(self, sweep: str, *, after: int = 0) -> list[SteeringOrder]:
        """See the port."""
        filter_ = {"sweep": sweep, "number": {"$gt": after}}
        with self._mapped_errors():
            cursor = self._collection(schema.STEERING).find(filter_, sort=[("number", ASCENDING)])
            return [_order(document) for document in cursor]


def _order_document(record: SteeringOrder) -> Document:
    return {
        "_id": f"{record.sweep}:{record.number}",
        "sweep": record.sweep,
        "number": record.number,
        "action": record.action,
        "target": None if record.target is None else json_text(dict(record.target)),
        "value": json_text(record.value),
        "former": json_text(record.former),
        "reason": record.reason,
        "by": record.by,
        "at": record.at,
        "schema": schema.SCHEMA,
    }


def _order(document: Document) -> SteeringOrder:
    return SteeringOrder(
        sweep=document["sweep"],
        number=document["number"],
        action=document["action"],
        target=None if document["target"] is None else json.loads(document["target"]),
        value=json.loads(document["value"]),
        former=json.loads(document["former"]),
        reason=document["reason"],
        by=document["by"],
        at=document["at"],
    )
