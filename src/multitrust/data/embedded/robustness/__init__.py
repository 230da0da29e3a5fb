"""Embedded data of the robustness tasks."""
