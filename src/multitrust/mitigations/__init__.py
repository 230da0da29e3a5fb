"""Model to safer model."""
