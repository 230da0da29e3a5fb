"""Embedded data of the safety tasks."""
