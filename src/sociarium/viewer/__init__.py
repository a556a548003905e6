"""The web pages: what stands in a store, for people who would rather look than type.

A page is a module of `pages`, which makes a small frozen record from the store, a template, and a module of `routes`,
which gives it an address. No page writes; what a form changes goes through `runner.library`, as everywhere.
"""
