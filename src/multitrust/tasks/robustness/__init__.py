"""Robustness tasks, one file each."""
