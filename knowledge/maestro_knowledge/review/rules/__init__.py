"""One folder a family, one rule a file with its page beside it."""
