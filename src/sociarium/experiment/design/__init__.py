"""Factors and their levels, expanded to conditions."""
