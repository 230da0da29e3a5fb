"""What the names of a piece of program are worth after its statements, without running it.

Where the program goes one of several ways, the caller says which; else what differs between the
ways becomes a gap. In a loop over values that are not known, a name stands for its value in one
turn, unless it builds on the turn before.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from multitrust.interop.wording.expressions import dotted, evaluate
from multitrust.interop.wording.texts import Gap, Text, Value

CHANGING = {"append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse", "sort"}
"""Methods that change a list in place, as loaders call them on what they collect."""
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """Which way to read a program that goes several."""

    given: frozenset[str] = frozenset()
    """Conditions that hold, as `ast.unparse` writes them; `not …` for one that does not."""
    item: int | None = None
    """The turn, from 0, that is read of a loop over a known collection."""
    once: frozenset[str] = frozenset()
    """Names that one statement alone gives a value to, so that no condition changes it."""


def read_statements(body: Sequence[ast.stmt], names: dict[str, Value], way: Way) -> None:
    """Enter into `names` what the statements give to each."""
    for statement in body:
        match statement:
            case ast.Assign(targets=targets, value=value):
                worth = evaluate(value, names, way.given)
                for target in targets:
                    bind(target, worth, names)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                bind(target, evaluate(value, names, way.given), names)
            case ast.AugAssign(target=target, op=op, value=value):
                total = ast.copy_location(ast.BinOp(target, op, value), statement)
                bind(target, evaluate(total, names, way.given), names)
            case ast.If():
                read_branches(statement, names, way)
            case ast.For():
                read_loop(statement, names, way)
            case ast.With():
                forget(statement.items, names, statement.lineno)
                read_statements(statement.body, names, way)
            case _ if not isinstance(statement, DEFINITIONS):
                forget([statement], names, statement.lineno)


def bind(target: ast.expr, value: Value, names: dict[str, Value]) -> None:
    """Give a value to what stands left of `=`."""
    if isinstance(target, ast.Tuple | ast.List):
        known = isinstance(value, list | tuple) and len(value) == len(target.elts)
        values = value if known and isinstance(value, list | tuple) else [None] * len(target.elts)
        for part, worth in zip(target.elts, values, strict=True):
            bind(part, Gap(ast.unparse(part), part.lineno) if worth is None else worth, names)
    elif isinstance(target, ast.Name | ast.Attribute):
        names[dotted(target)] = value
    else:
        forget([target], names, target.lineno)


def read_branches(statement: ast.If, names: dict[str, Value], way: Way) -> None:
    """The branch that is given; else both, where what differs becomes a gap."""
    chosen = branch(statement, way)
    if chosen is not None:
        read_statements(chosen, names, way)
        return
    before, other = dict(names), dict(names)
    read_statements(statement.body, names, way)
    read_statements(statement.orelse, other, way)
    for name, value in other.items():
        if name in way.once and names.get(name) == before.get(name):
            names[name] = value
        elif name not in way.once and names.get(name) != value:
            why = f"depends on whether {ast.unparse(statement.test)}"
            names[name] = Gap(name, statement.lineno, why)


def branch(statement: ast.If, way: Way) -> list[ast.stmt] | None:
    """The branch of an if, or of the chain that it begins, that is given."""
    test = ast.unparse(statement.test)
    if test in way.given:
        return statement.body
    if f"not {test}" in way.given:
        return statement.orelse
    match statement.orelse:
        case [ast.If() as following]:
            return branch(following, way)
    return None


def read_loop(statement: ast.For, names: dict[str, Value], way: Way) -> None:
    """One turn: the one asked for, or any."""
    why = "builds on the earlier turns of a loop"
    before = {name: Gap(name, statement.lineno, why) for name in changed(statement.body)}
    items = evaluate(statement.iter, names, way.given)
    names |= before
    forget([statement.target], names, statement.lineno)
    if isinstance(items, list | tuple) and way.item is not None and way.item < len(items):
        bind(statement.target, items[way.item], names)
    read_statements(statement.body, names, way)
    for name, gap in before.items():
        if holds(names[name], gap):
            names[name] = gap
    read_statements(statement.orelse, names, way)


def holds(value: Value, gap: Gap) -> bool:
    """Whether a gap is in a value."""
    if isinstance(value, Text):
        return gap in value.pieces
    if isinstance(value, dict):
        return any(holds(item, gap) for item in value.values())
    if isinstance(value, list | tuple):
        return any(holds(item, gap) for item in value)
    return value == gap


def forget(nodes: Sequence[ast.AST], names: dict[str, Value], line: int) -> None:
    """Make gaps of all names that the nodes may change."""
    for name in changed(nodes):
        names[name] = Gap(name, line)


def changed(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """The names that statements may change, dotted, each as often as they may."""
    for node in (part for whole in nodes for part in ast.walk(whole)):
        name = ""
        match node:
            case ast.Name(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
                name = dotted(node)
            case ast.Subscript(ctx=ast.Store(), value=owner):
                name = dotted(owner)
            case ast.Call(func=ast.Attribute(value=owner, attr=attr)) if attr in CHANGING:
                name = dotted(owner)
        if name:
            yield name
