"""What people remember."""
