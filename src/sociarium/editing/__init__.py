"""An experiment as something that is changed: its document, its parts, and what a change carries along."""
