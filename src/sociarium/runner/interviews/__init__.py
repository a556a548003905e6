"""Interviews: agents of a run are asked at a moment of it, beside the run, which stays as it is."""
