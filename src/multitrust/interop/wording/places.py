"""Where a text lives in a checkout, and how it is taken from there."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from multitrust.interop.wording.statements import DEFINITIONS, Way, changed, read_statements
from multitrust.interop.wording.texts import Gap, Text, Value, text_of

Step = int | str | tuple[str, str]
"""Into a collection: a position, a key, or (key, value) of the one dictionary that has it."""
SELF = ("self", "cls")


class NotFound(Exception):
    """A text is not where it is looked for, or cannot be read; says what is there instead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CodePlace:
    """What a name is worth after a function, or in the body of a class or of the module."""

    file: str
    name: str
    """Dotted: `self.prompt`."""
    function: str = ""
    """Empty for a name in the body of a class or of the module."""
    steps: tuple[Step, ...] = ()
    """From the name's collection to the text."""
    way: Way = field(default_factory=Way)

    def text(self, tree: ast.Module) -> Text:
        """The text.

        Raises:
            NotFound: there is none, or several, or the program alone knows it.
        """
        texts = {self.reach(value) for value in self.values(tree)}
        if not texts:
            raise NotFound(f"{self.file}: no {self.name} in {self.function or 'any class'}")
        if len(texts) > 1:
            lines = " and ".join(str(text.line) for text in texts)
            raise NotFound(f"{self.file}: {self.name} has another text in each of lines {lines}")
        return texts.pop()

    def values(self, tree: ast.Module) -> Iterator[Value]:
        """What the name is worth, in each class or function that has it."""
        for body, names in scopes(tree, self.function):
            counts = Counter(changed(body))
            if self.name in counts:
                once = {name for name, count in counts.items() if count == 1 and name not in names}
                read_statements(body, names, replace(self.way, once=frozenset(once)))
                if self.name in names:
                    yield names[self.name]

    def reach(self, value: Value) -> Text:
        """The text at the end of the steps.

        Raises:
            NotFound: they lead nowhere, or to something else.
        """
        path = self.name
        for step in self.steps:
            path += f"[{step!r}]"
            inner = element(value, step)
            if inner is None:
                raise NotFound(f"{self.file}: {path} does not exist")
            value = inner
        if isinstance(value, Gap):
            raise NotFound(f"{self.file}:{value.line}: {value.source} {value.why}")
        if not isinstance(value, Text):
            raise NotFound(f"{self.file}: {path} is a {type(value).__name__}, not a text")
        return value


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfigPlace:
    """The prompt of a judge, in the configuration of a task."""

    file: str
    evaluator: str
    """The evaluator that asks the judge."""

    def text(self, content: Any) -> Text:
        """The text.

        Args:
            content: of the file.

        Raises:
            NotFound: there is none, or several.
        """
        prompts = set(map(str, prompts_in(content, self.evaluator)))
        if len(prompts) != 1:
            found = f"{len(prompts)} different texts" if prompts else "no text"
            raise NotFound(f"{self.file}: {found} under {self.evaluator}: prompt_template")
        return text_of(prompts.pop())


def element(value: Value, step: Step) -> Value | None:
    """What a step leads to, or None."""
    if isinstance(value, dict) and not isinstance(step, tuple):
        return value.get(step)
    if isinstance(value, list | tuple) and isinstance(step, int):
        return value[step] if step < len(value) else None
    if isinstance(value, list | tuple) and isinstance(step, tuple):
        key, name = step
        having = [v for v in value if isinstance(v, dict) and v.get(key) == text_of(name)]
        return having[0] if len(having) == 1 else None
    return None


def scopes(
    tree: ast.Module, function: str
) -> Iterator[tuple[Sequence[ast.stmt], dict[str, Value]]]:
    """The bodies in which a name is looked for, each with what is known before it."""
    known: dict[str, Value] = {}
    read_statements(tree.body, known, Way())
    classes = [statement for statement in tree.body if isinstance(statement, ast.ClassDef)]
    if not function:
        yield own(tree.body), {}
        yield from ((own(owner.body), dict(known)) for owner in classes)
        return
    for found in functions(tree.body, function):
        yield found.body, known | parameters(found)
    for owner in classes:
        attributes = attributes_of(owner, known)
        for found in functions(owner.body, function):
            yield found.body, known | attributes | parameters(found)


def own(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The statements of a body that define nothing."""
    return [statement for statement in body if not isinstance(statement, DEFINITIONS)]


def functions(body: Sequence[ast.stmt], name: str) -> Iterator[ast.FunctionDef]:
    """The functions of that name."""
    yield from (part for part in body if isinstance(part, ast.FunctionDef) and part.name == name)


def parameters(function: ast.FunctionDef) -> dict[str, Value]:
    """What a function is given, as gaps."""
    args = function.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return {arg.arg: Gap(arg.arg, arg.lineno) for arg in every if arg is not None}


def attributes_of(owner: ast.ClassDef, known: dict[str, Value]) -> dict[str, Value]:
    """The attributes of a class, under the names by which its methods reach them."""
    names = dict(known)
    read_statements(owner.body, names, Way())
    found = set(changed(own(owner.body))) & names.keys()
    return {f"{way}.{name}": names[name] for way in (*SELF, owner.name) for name in found}


def prompts_in(content: Any, evaluator: str) -> Iterator[str]:
    """The prompts of an evaluator in the chains of a configuration."""
    chains = content.get("evaluator_seq_cfgs") if isinstance(content, dict) else None
    for chain in chains if isinstance(chains, list) else []:
        settings = chain.get(evaluator) if isinstance(chain, dict) else None
        prompt = settings.get("prompt_template") if isinstance(settings, dict) else None
        if isinstance(prompt, str):
            yield prompt
