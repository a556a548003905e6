"""Out of the store and into it: the formats that people use."""
