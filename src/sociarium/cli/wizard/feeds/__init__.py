"""The questions about feeds."""
