"""Privacy on the official data."""
