"""A comparison as one self-contained page, by the rules of the report's page; it has no script."""

from __future__ import annotations

from pathlib import Path

from multitrust.report.among import Among
from multitrust.report.comparison import Comparison
from multitrust.report.html import asset, environment, policy, write_page


def write_comparison(comparison: Comparison, path: Path) -> Path:
    """Write the page and return its path.

    Raises:
        StoreError: it cannot be written.
    """
    return write_page(comparison_page(comparison), path)


def comparison_page(comparison: Comparison) -> str:
    """The page as text."""
    from markupsafe import Markup

    boards = comparison.boards
    return (
        environment()
        .get_template("compare.html.j2")
        .render(
            comparison=comparison,
            among=Among(boards=boards, groups=comparison.groups) if boards else None,
            style=Markup(asset("style.css")),
            policy=policy(""),
        )
    )
