"""The shared store: a MongoDB database."""

from sociarium.stores.mongo.connection import database_names, open_mongo
from sociarium.stores.mongo.store import MongoStore

__all__ = ["MongoStore", "database_names", "open_mongo"]
