"""The nine parts of T.2."""
