"""Robustness on the official data."""
