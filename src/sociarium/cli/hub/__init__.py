"""An experiment as a page: every part opened, changed and left in any order."""
