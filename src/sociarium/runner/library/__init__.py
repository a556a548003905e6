"""What is in a store: found, counted, edited, copied, deleted."""
