"""The settings class that a project has, and generated settings as a part of it."""
