"""The documentation of a framework at one version, read into sections."""
