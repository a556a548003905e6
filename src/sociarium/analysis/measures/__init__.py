"""Numbers of messages, posts, people and runs: registered functions, computed once and kept in the store."""
