"""The program as people use it: commands on a terminal."""
