"""Everything that has a ref, as a resource."""
