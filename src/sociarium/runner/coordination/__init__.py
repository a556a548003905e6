"""One start of a sweep in several processes: what they say to each other, and what only one of them decides."""
