"""How much of a checkout is read and evaluated: what costs more is no file of the original.

Its largest file has 9,300 bytes, 1,400 nodes and 20 branches, its longest text 3,000 characters.
The limits keep time and memory of a reading bounded, whatever the checkout holds.
"""

from __future__ import annotations

import ast
import stat
from pathlib import Path

FILE_BYTES = 32_768
NODES, DEPTH, BRANCHES = 6_000, 60, 100
"""Of the syntax tree of a file: nodes, how deep they nest, and conditional statements."""
TEXT_LENGTH = 20_000
"""Characters of an evaluated text, those of the sources of its gaps included."""
ITEMS = 500
"""Values within an evaluated collection, those within its items included."""


class TooLarge(Exception):
    """A text or collection that exceeds a limit; says which."""


def read_limited(path: Path, most: int) -> bytes:
    """The bytes of a regular file.

    Raises:
        OSError: it is absent, cannot be read, or is no regular file, such as a device.
        TooLarge: it has more than `most` bytes.
    """
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise OSError(0, "it is no regular file")
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise TooLarge(f"more than {most:,} bytes")
    return content


def check_tree(tree: ast.Module) -> None:
    """Walk a syntax tree, without recursion.

    Raises:
        TooLarge: it has too many nodes or branches, or is too deep.
    """
    nodes = branches = 0
    waiting: list[tuple[ast.AST, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        nodes, branches = nodes + 1, branches + isinstance(node, ast.If)
        if depth > DEPTH:
            raise TooLarge("too deeply nested")
        if nodes > NODES or branches > BRANCHES:
            raise TooLarge(f"more than {NODES:,} nodes or {BRANCHES} branches")
        waiting += ((child, depth + 1) for child in ast.iter_child_nodes(node))


def check_items(value: object) -> None:
    """Count the values within a collection, as far as the limit.

    Raises:
        TooLarge: there are more.
    """
    seen, waiting = 0, [value]
    while waiting:
        item = waiting.pop()
        seen += 1
        if seen > ITEMS:
            raise TooLarge(f"more than {ITEMS} values")
        if isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list | tuple):
            waiting += item
