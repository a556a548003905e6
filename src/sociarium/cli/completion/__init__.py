"""What Tab offers in bash, zsh and fish: commands, options, files, and what is in the store.

A shell's script (`scripts`) starts the program with the variable `_SOCIARIUM_COMPLETE`, which names the shell; the
program writes what fits (`reply`) and ends. The contract:

- **Nothing is evaluated.** Titles are colleagues' text: shells read them as lines, and quote them themselves.
- **Silence.** Whatever is wrong, a broken store above all, offers nothing, says nothing and ends with 0.
- **Nothing is written.** A store is read as it stands, and not made, migrated or prepared.
- **Speed.** Options come from a table that `make docs` writes (`options.json`), so that no command is imported; who
  completes a word of a command line does not wait for pydantic either. A server has two seconds.
"""
