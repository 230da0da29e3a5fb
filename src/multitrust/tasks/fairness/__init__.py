"""Fairness tasks, one file each."""
