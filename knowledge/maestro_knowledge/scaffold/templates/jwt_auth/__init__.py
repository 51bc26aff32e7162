"""Accounts with a password, and tokens for those who log in."""
