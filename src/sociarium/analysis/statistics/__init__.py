"""Means, contrasts, models, curves, forks and losses, with the run as the unit (docs/statistics.md)."""
