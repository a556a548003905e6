"""How a run unfolds: coroutines that reach the world through the stage alone."""
