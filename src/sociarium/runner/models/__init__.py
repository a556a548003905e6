"""Models as runs ask them: which endpoint answers, how often it is tried again, what it may cost."""
