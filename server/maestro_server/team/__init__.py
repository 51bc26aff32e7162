"""A team's server: who is let in, how much of it, and what can be watched."""
