"""The web pages in a real browser; `make test-slow` runs these."""
