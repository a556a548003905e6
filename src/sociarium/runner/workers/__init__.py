"""Workers: heartbeats, processes, an orderly shutdown, and waiting for a store that is away."""
