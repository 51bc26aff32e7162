"""What the path operations call."""
