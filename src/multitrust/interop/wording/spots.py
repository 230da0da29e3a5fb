"""From a text of a checkout to a template of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from multitrust.interop.wording.places import CodePlace, ConfigPlace, NotFound
from multitrust.interop.wording.texts import Gap, Text, as_template


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """Where a text lives, and what its fields are with us."""

    place: CodePlace | ConfigPlace
    fields: Mapping[str, str] = field(default_factory=dict)
    """The expression or field that the original fills in -> our field."""
    held: Mapping[str, str] = field(default_factory=dict)
    """Our field -> words of the text just before it that our data hold with the field."""

    def template(self, text: Text) -> str:
        """The text as a template of ours, with literal braces doubled.

        Raises:
            NotFound: a field is unknown, or one of ours is lacking.
        """
        where = f"{self.place.file}:{text.line}" if text.line else self.place.file
        pieces = self.whole(text, where).pieces
        sources = {piece.source for piece in pieces if isinstance(piece, Gap)}
        if sources != set(self.fields):
            raise NotFound(
                f"{where}: the text has the fields {sorted(sources)}; "
                f"expected {sorted(self.fields)}"
            )
        written = ""
        for piece in pieces:
            written += doubled(piece) if isinstance(piece, str) else ""
            if isinstance(piece, Gap):
                written = self.filled(written, self.fields[piece.source], where)
        return written

    def whole(self, text: Text, where: str) -> Text:
        """The text with its fields as gaps; one that has fields and no gaps is yet to be filled."""
        try:
            return as_template(text) if self.fields else text
        except ValueError as error:
            raise NotFound(f"{where}: the text is no template ({error})") from None

    def filled(self, before: str, name: str, where: str) -> str:
        """What stands before a field, and the field."""
        words = self.held.get(name, "")
        if not before.endswith(words):
            raise NotFound(f"{where}: no {words!r} before the field {name}")
        return f"{before.removesuffix(words)}{{{name}}}"


def doubled(literal: str) -> str:
    """A literal with its braces doubled."""
    return literal.replace("{", "{{").replace("}", "}}")
