"""One sweep: which run comes next, and playing it."""
