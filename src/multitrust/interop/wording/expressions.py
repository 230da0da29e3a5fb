"""What an expression of a program is worth, without running the program.

Constants, texts built from them in the ways of `texts`, collections, and names whose values are
known. Whatever else is a gap that carries its source: as a part of a text it is a field, as the
text itself it is unknown.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import replace
from inspect import cleandoc

from multitrust.interop.wording.limits import TEXT_LENGTH, TooLarge, check_items
from multitrust.interop.wording.texts import (
    Gap,
    Text,
    Value,
    formatted,
    joined,
    percent_formatted,
    stripped,
    text_of,
)

Names = Mapping[str, Value]
"""What is known of names, and of attributes under their dotted names."""
DEDENTS = {
    "dedent": textwrap.dedent,
    "textwrap.dedent": textwrap.dedent,
    "cleandoc": cleandoc,
    "inspect.cleandoc": cleandoc,
}


def evaluate(node: ast.expr, names: Names, given: frozenset[str] = frozenset()) -> Value:
    """What an expression is worth.

    Args:
        node: the expression.
        names: what is known.
        given: conditions that hold, as `ast.unparse` writes them; `not …` for one that does not.
    """
    return Evaluator(names, given).value(node)


def dotted(node: ast.expr) -> str:
    """`a.b.c` as a text; empty for anything but names and their attributes."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return ""


class Evaluator:
    """Evaluates expressions among the same names."""

    def __init__(self, names: Names, given: frozenset[str]) -> None:
        self.names, self.given = names, given

    def value(self, node: ast.expr) -> Value:
        """What the expression is worth; a gap if that is not known, or too large."""
        try:
            found = self.known(node)
            if isinstance(found, list | tuple | dict):
                check_items(found)
        except TooLarge as error:
            return Gap(ast.unparse(node), node.lineno, f"is too large: {error}")
        if isinstance(found, Text) and not found.line:
            return replace(found, line=node.lineno)
        return Gap(ast.unparse(node), node.lineno) if found is None else found

    def known(self, node: ast.expr) -> Value | None:
        """What the expression is worth, if that is known."""
        match node:
            case ast.Constant(value=str() as text):
                return text_of(text)
            case ast.Constant(value=int() as number):
                return number
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
                return -number
            case ast.Name() | ast.Attribute():
                return self.names.get(dotted(node))
            case ast.JoinedStr(values=parts):
                return joined([self.written(part) for part in parts])
            case ast.List(elts=items):
                return [self.value(item) for item in items]
            case ast.Tuple(elts=items):
                return tuple(self.value(item) for item in items)
            case ast.Dict():
                return self.dictionary(node)
            case ast.BinOp():
                return self.operation(node)
            case ast.IfExp():
                return self.conditional(node)
            case ast.Subscript():
                return self.element(node)
            case ast.Call():
                return self.call(node)
        return None

    def written(self, part: ast.expr) -> Value:
        """A part of an f-string; one with a conversion or a format keeps it as its source."""
        if not isinstance(part, ast.FormattedValue):
            return self.value(part)
        if part.conversion == -1 and part.format_spec is None:
            return self.value(part.value)
        return Gap(ast.unparse(ast.JoinedStr([part])), part.lineno)

    def dictionary(self, node: ast.Dict) -> Value | None:
        """A dictionary whose keys are texts or numbers."""
        entries: dict[str | int, Value] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            known = None if key is None else self.value(key)
            name = known.literal if isinstance(known, Text) else known
            if not isinstance(name, str | int):
                return None
            entries[name] = self.value(item)
        return entries

    def operation(self, node: ast.BinOp) -> Value | None:
        """`a + b` of texts or lists, `text % values`."""
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Mod) and isinstance(left, Text):
            return percent_formatted(left, right)
        if not isinstance(node.op, ast.Add):
            return None
        if isinstance(left, list) and isinstance(right, list):
            return left + right  # two lists within the limit, so that it is exceeded once at most
        return joined([left, right]) if are_texts(left, right) else None

    def conditional(self, node: ast.IfExp) -> Value | None:
        """`a if test else b`: the one that the given conditions choose, or both if equal."""
        test = ast.unparse(node.test)
        if test in self.given:
            return self.value(node.body)
        if f"not {test}" in self.given:
            return self.value(node.orelse)
        one, other = self.value(node.body), self.value(node.orelse)
        return one if one == other else None

    def element(self, node: ast.Subscript) -> Value | None:
        """An element of a known collection; a given condition counts as 1 or 0."""
        owner, test = self.value(node.value), ast.unparse(node.slice)
        key: Value = int(test in self.given) if self.chooses(test) else self.value(node.slice)
        if isinstance(owner, list | tuple) and isinstance(key, int):
            return owner[key] if -len(owner) <= key < len(owner) else None
        name = key.literal if isinstance(key, Text) else key
        if isinstance(owner, dict) and isinstance(name, str | int):
            return owner.get(name)
        return None

    def chooses(self, test: str) -> bool:
        """Whether it is given that the test holds, or that it does not."""
        return bool(self.given & {test, f"not {test}"})

    def call(self, node: ast.Call) -> Value | None:
        """A method of a text that gives a text, or `dedent`."""
        arguments = [self.value(argument) for argument in node.args]
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            return None
        if dotted(node.func) in DEDENTS and not node.keywords and len(arguments) == 1:
            return altered(arguments[0], DEDENTS[dotted(node.func)])
        if not isinstance(node.func, ast.Attribute):
            return None
        owner = self.value(node.func.value)
        if not isinstance(owner, Text):
            return None
        named = {key.arg: self.value(key.value) for key in node.keywords if key.arg}
        if len(named) < len(node.keywords):
            return None
        return method(owner, node.func.attr, arguments, named)


def method(text: Text, name: str, arguments: list[Value], named: dict[str, Value]) -> Value | None:
    """What a method of a text gives."""
    if name == "format":
        return formatted(text, {str(i): value for i, value in enumerate(arguments)} | named)
    if name == "join" and len(arguments) == 1 and isinstance(arguments[0], list | tuple):
        return joined(list(arguments[0]), text)
    plain = [value.literal for value in arguments if isinstance(value, Text)]
    given = [literal for literal in plain if literal is not None]
    if named or len(given) < len(arguments):
        return None
    if name in ("strip", "lstrip", "rstrip") and len(given) <= 1:
        return stripped(text, name, given[0] if given else None)
    if name == "replace" and len(given) == 2:
        return altered(text, lambda whole: replaced(whole, given[0], given[1]))
    return None


def replaced(text: str, old: str, new: str) -> str:
    """`text.replace(old, new)`.

    Raises:
        TooLarge: the result would be too long.
    """
    if len(text) + text.count(old) * len(new) > TEXT_LENGTH:
        raise TooLarge(f"more than {TEXT_LENGTH:,} characters")
    return text.replace(old, new)


def altered(value: Value, change: Callable[[str], str]) -> Value | None:
    """A text without gaps, changed."""
    literal = value.literal if isinstance(value, Text) else None
    return None if literal is None else text_of(change(literal))


def are_texts(left: Value, right: Value) -> bool:
    """Whether a sum is a text: one part is, and the other can be."""
    kinds = {type(left), type(right)}
    return Text in kinds and kinds <= {Text, Gap}
