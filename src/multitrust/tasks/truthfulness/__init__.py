"""Truthfulness: inherent deficiency (T.1 to T.4) and misguided mistakes (T.5 to T.7)."""
