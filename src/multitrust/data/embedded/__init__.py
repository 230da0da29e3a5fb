"""Embedded data, made by our code: one module a dataset, one folder an aspect."""
