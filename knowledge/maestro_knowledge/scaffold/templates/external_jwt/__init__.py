"""Users of an identity provider."""
