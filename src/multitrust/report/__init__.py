"""Records to tables, figures and a page."""

from multitrust.report.folding import summarise
from multitrust.report.html import write_html
from multitrust.report.summary import Summary, TaskResult
from multitrust.report.table import print_table

__all__ = ["Summary", "TaskResult", "print_table", "summarise", "write_html"]
