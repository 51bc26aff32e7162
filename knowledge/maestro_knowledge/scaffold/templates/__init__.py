"""Templates: a folder for each pattern, and those that patterns share."""
