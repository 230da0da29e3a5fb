"""Formats of other programs."""

from multitrust.interop.mmtrusteval import Exported, Imported, export_logs, import_logs
from multitrust.interop.wording import Wording, read_checkout, write_wording

__all__ = [
    "Exported",
    "Imported",
    "Wording",
    "export_logs",
    "import_logs",
    "read_checkout",
    "write_wording",
]
