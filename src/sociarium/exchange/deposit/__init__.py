"""Deposits: a folder for a repository of research data, complete and described, or fit for everybody to read.

`redaction` says what the public may not see, `public` takes it out of records, `write` puts the folder together.
"""
