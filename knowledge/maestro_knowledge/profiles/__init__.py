"""Agent profiles as data."""
