"""Configuration: settings, the environment, and how the server is started."""
