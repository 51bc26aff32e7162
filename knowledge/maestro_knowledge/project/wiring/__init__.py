"""Following how a project puts its applications together, without running it."""
