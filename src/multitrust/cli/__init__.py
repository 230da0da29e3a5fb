"""Arguments in, exit code out."""

from multitrust.cli.main import main

__all__ = ["main"]
