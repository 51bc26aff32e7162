"""A language model behind a gateway."""
