"""Everything that differs between deployments."""
