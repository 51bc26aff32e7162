"""Prompts: one a profile, and the ways of working."""
