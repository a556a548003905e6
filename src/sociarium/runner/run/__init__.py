"""One run: the stage it plays on, and what is written down of it."""
