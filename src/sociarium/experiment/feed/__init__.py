"""Feeds: what a researcher writes of a mock social network, and what its runs are made of."""
