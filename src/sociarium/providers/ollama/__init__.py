"""Ollama, through its native API."""

from sociarium.providers.ollama.adapter import Ollama
from sociarium.providers.ollama.addresses import DEFAULT, addresses, full_addresses
from sociarium.providers.ollama.host import Host
from sociarium.providers.ollama.pull_progress import PullProgress

__all__ = ["DEFAULT", "Host", "Ollama", "PullProgress", "addresses", "full_addresses"]
