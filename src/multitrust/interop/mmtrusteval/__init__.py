"""Logs of the original toolbox, MMTrustEval: read into a run, and written from one."""

from multitrust.interop.mmtrusteval.exporting import Exported, export_logs
from multitrust.interop.mmtrusteval.importing import Imported, import_logs

__all__ = ["Exported", "Imported", "export_logs", "import_logs"]
