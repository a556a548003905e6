"""The guided program: questions in a terminal, over the functions that the commands use."""
