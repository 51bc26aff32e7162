"""Input validation: what a request may carry, and who checks it."""
