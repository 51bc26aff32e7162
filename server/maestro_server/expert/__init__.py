"""One method per capability, for tools and commands alike."""
