"""From a database of the earlier LLM Interaction Simulator: its experiments, and its conversations as finished runs."""
