"""Judges: models that are asked about what was said, beside the runs, which stay as they are."""
