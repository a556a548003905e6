"""Questions on a terminal."""
