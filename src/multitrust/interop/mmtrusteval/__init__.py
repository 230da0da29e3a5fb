"""Logs of the original toolbox, MMTrustEval: read into a run, and written from one."""

from multitrust.interop.mmtrusteval.importing import Imported, import_logs

__all__ = ["Imported", "import_logs"]
