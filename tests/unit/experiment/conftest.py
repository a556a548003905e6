"""Property tests draw the same examples each time, and take as long as the machine needs."""

from hypothesis import settings

settings.register_profile("same", deadline=None, derandomize=True, database=None)
settings.load_profile("same")
