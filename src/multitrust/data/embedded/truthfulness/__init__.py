"""Embedded data of the truthfulness aspect."""
