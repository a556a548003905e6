"""One visit of a person: what they are shown, think of it, decide and write."""
