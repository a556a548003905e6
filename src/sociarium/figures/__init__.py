"""Small records of numbers drawn as charts: SVG and PNG, by altair and vl-convert (the extra `figures`).

What a figure shows is computed elsewhere, into a record of `charts`; `draw` makes altair's chart of it and `render` its
files.
"""
