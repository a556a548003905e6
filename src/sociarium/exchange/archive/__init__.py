"""Archives: a part of a store in one file, which comes back equal.

A zip with two entries: `records.jsonl`, a record a line, and `manifest.json`, which counts them and has their SHA-256.
"""
