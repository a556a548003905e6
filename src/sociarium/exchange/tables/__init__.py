"""Runs as tables: csv and parquet, a file a table."""
