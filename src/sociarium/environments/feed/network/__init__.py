"""Who follows whom, and in which order posts are shown."""
