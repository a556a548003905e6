"""What a sweep comes to before it is played."""
