"""Sample to harder sample."""
