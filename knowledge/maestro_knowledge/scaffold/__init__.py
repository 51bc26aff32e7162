"""Code generation that is checked before it is handed over."""
