"""Agents that work for a while."""
