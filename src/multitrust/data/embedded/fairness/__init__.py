"""Embedded data of the fairness tasks."""
