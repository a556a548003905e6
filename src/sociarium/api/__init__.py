"""The Python interface, for notebooks and scripts: from an experiment file to its transcripts.

`sociarium` offers it lazily, name by name. Nothing here prints or reads the terminal. `store` is a store's URL, the
path of a database file, or None: the store of the configuration. Errors are `sociarium.errors.SociariumError`, each
with a message that says how to mend it. Commands stand on the same functions.
"""

from sociarium.api.silence import keep_silent

keep_silent()
