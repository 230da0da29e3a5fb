"""Prompts with fields in braces, as judges are asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from multitrust.core import ConfigError, Sample, UnknownNameError


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template that was read: texts with the field that follows each, None at the end."""

    parts: tuple[tuple[str, str | None], ...]

    @property
    def fields(self) -> frozenset[str]:
        """The names of its fields."""
        return frozenset(field for _, field in self.parts if field is not None)

    def fill(self, values: Mapping[str, Any]) -> str:
        """The prompt with the values in place. Braces within a value stay as they are.

        Raises:
            UnknownNameError: there is no value for a field.
        """
        for _, field in self.parts:
            if field is not None and field not in values:
                raise UnknownNameError("field of a prompt", field, values)
        return "".join(
            text + ("" if field is None else str(values[field])) for text, field in self.parts
        )


def read_prompt(template: str, known: Collection[str] | None = None) -> Prompt:
    """Read a template: `{name}` is a field, a doubled brace is a brace.

    Args:
        template: the prompt.
        known: the fields that there can be; None where that depends on the sample.

    Raises:
        ConfigError: a brace is not closed, or a field is no bare name.
        UnknownNameError: a field cannot be known.
    """
    try:
        parsed = list(Formatter().parse(template))
    except ValueError as error:
        raise ConfigError(
            f"prompt {template[:60]!r} cannot be read ({error}); double a brace that is text"
        ) from None
    for _, field, spec, conversion in parsed:
        if field is None:
            continue
        if not field.isidentifier() or spec or conversion:
            raise ConfigError(
                f"prompt {template[:60]!r} has a field {field!r} with {spec or conversion or ''!r}; "
                "expected a bare name such as {pred}; double a brace that is text"
            )
        if known is not None and field not in known:
            raise UnknownNameError("field of a prompt", field, known)
    return Prompt(tuple((text, field) for text, field, _, _ in parsed))


def fields_of(sample: Sample, answer: str) -> dict[str, Any]:
    """What a judge can be told: `pred`, `label`, and the sample's `extra`.

    A list, such as a picture's size, is written as the tuple that it was before it went through
    JSON (official protocol, section 4.8).
    """
    extra = sample.metadata.get("extra") or {}
    facts = {name: tuple(v) if isinstance(v, list) else v for name, v in extra.items()}
    return {**facts, "pred": answer, "label": sample.target}
