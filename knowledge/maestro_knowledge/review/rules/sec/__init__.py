"""Security: secrets, injection, and what clients get to see."""
