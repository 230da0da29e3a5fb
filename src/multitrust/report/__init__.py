"""Records to tables, figures and a page."""

from multitrust.report.board import Board, Place, standing
from multitrust.report.board_page import write_comparison
from multitrust.report.comparison import Comparison, Entry, compare
from multitrust.report.failures import ending
from multitrust.report.folding import summarise
from multitrust.report.html import write_html
from multitrust.report.layout import add_numbers, blank, show_table
from multitrust.report.published import PublishedRow, published_rows
from multitrust.report.samples import embedded_images
from multitrust.report.screen import print_screen
from multitrust.report.shortfall import Shortfall, shortfall_of
from multitrust.report.summary import Summary, TaskResult
from multitrust.report.table import print_table
from multitrust.report.versus import print_comparison

__all__ = [
    "Board",
    "Comparison",
    "Entry",
    "Place",
    "PublishedRow",
    "Shortfall",
    "Summary",
    "TaskResult",
    "add_numbers",
    "blank",
    "compare",
    "embedded_images",
    "ending",
    "print_comparison",
    "print_screen",
    "print_table",
    "published_rows",
    "shortfall_of",
    "show_table",
    "standing",
    "summarise",
    "write_comparison",
    "write_html",
]
