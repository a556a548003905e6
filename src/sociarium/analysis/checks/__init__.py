"""What goes wrong inside conversations: small registered functions over messages, and their rates by condition."""
