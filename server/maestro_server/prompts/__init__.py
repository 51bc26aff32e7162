"""Prompts: profiles and ways of working."""
