"""Truthfulness on the official data."""
