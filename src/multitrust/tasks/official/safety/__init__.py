"""Safety on the official data."""
