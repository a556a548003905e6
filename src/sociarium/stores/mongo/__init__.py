"""The shared store: a MongoDB database."""

from sociarium.stores.mongo.connection import open_mongo
from sociarium.stores.mongo.store import MongoStore

__all__ = ["MongoStore", "open_mongo"]
