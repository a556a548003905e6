"""Archives: a part of a store in one file, which comes back equal.

A zip with three entries: `records.jsonl`, a record a line; `parts.jsonl`, a hash for each experiment and run; and
`manifest.json`, which counts the records, has their SHA-256 and says what was recorded. Archives of schema 1 and 2 have
no `parts.jsonl`.
"""
