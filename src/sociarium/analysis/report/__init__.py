"""The report of a sweep or experiment: tables, figures and one page that needs nothing from anywhere (`analyze`).

`gather` reads the runs once, `compute` makes records of numbers, `page` writes HTML and `write` the files.
"""
