"""Structure of the project."""
