"""A resource with its own schemas, service, repository, router and tests."""
