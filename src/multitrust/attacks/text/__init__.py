"""Text attacks: a request worded so that a model is more likely to give in."""

from multitrust.attacks.text.wrappers import WRAPPERS, wrap

__all__ = ["WRAPPERS", "wrap"]
