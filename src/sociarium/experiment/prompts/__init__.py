"""Texts that agents read: sections, variants, placeholders."""
