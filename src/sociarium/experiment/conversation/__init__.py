"""Conversations: what a researcher writes of agents who talk."""
