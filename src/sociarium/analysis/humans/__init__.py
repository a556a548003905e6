"""People as a benchmark: what humans answered or wrote beside what agents did, by run."""
