"""Where pages are: each module gives the records of `pages` addresses and templates."""
