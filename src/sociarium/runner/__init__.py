"""From a sweep to finished runs."""
