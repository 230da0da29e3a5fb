"""Text attacks: wrappers that tempt a model to give in, and edits that make reading harder."""

from multitrust.attacks.text.edits import EDITS, edit, is_protected
from multitrust.attacks.text.wrappers import WRAPPERS, wrap

__all__ = ["EDITS", "WRAPPERS", "edit", "is_protected", "wrap"]
