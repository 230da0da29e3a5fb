"""multitrust."""
