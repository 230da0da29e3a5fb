"""Formats of other programs, their logs and their protocols."""

from multitrust.interop.functions import function_model, is_function
from multitrust.interop.mmtrusteval import (
    Exported,
    Imported,
    export_logs,
    import_logs,
)
from multitrust.interop.serve import Endpoint, serve
from multitrust.interop.wording import Wording, read_checkout, write_wording

__all__ = [
    "Endpoint",
    "Exported",
    "Imported",
    "Wording",
    "export_logs",
    "function_model",
    "import_logs",
    "is_function",
    "read_checkout",
    "serve",
    "write_wording",
]
