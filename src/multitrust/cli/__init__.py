"""Arguments in, exit code out."""

import sys

from multitrust.cli.signals import INTERRUPTED, RESUME, interruptible

try:
    with interruptible():
        from multitrust.cli.main import main
except KeyboardInterrupt:  # of a program that has not begun yet
    sys.stderr.write(f"{RESUME}\n")
    raise SystemExit(INTERRUPTED) from None

__all__ = ["main"]
