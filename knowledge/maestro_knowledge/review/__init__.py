"""Static review: rules over the project model."""
