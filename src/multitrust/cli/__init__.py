"""Arguments in, exit code out."""

import sys

from multitrust.cli.signals import INTERRUPTED, interruptible, told

try:
    with interruptible(sys.argv[1:]):
        from multitrust.cli.main import main
except KeyboardInterrupt:  # of a program that has not begun yet
    sys.stderr.write(f"{told('interrupted', sys.argv[1:])}\n")
    raise SystemExit(INTERRUPTED) from None

__all__ = ["main"]
