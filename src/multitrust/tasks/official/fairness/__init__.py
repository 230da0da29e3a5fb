"""Fairness on the official data."""
