"""The exact wording of MMTrustEval's prompts, from a user's own checkout of it.

Nothing of the original's texts is in this package: `table` says where each lives, and
`read_checkout` takes it from there. Python is parsed and never run, configurations are plain YAML.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from multitrust.core import whole_characters
from multitrust.core.errors import ConfigError
from multitrust.interop.wording.checkout import Checkout, commit_of
from multitrust.interop.wording.places import NotFound
from multitrust.interop.wording.spots import doubled
from multitrust.interop.wording.table import TABLE
from multitrust.interop.wording.texts import fields_in

__all__ = ["Wording", "read_checkout", "write_wording"]

Templates = dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """Prompts by task and name; `{field}` is filled in, a doubled brace is a brace."""

    templates: Mapping[str, Mapping[str, str]]
    source: str
    """Whose they are, with the commit where it is known."""
    missing: tuple[str, ...] = ()
    """What was not found: task, name, and what is at its place."""


def read_checkout(folder: Path) -> Wording:
    """The prompts of MMTrustEval, with U+FFFD in place of halves of surrogate pairs.

    Args:
        folder: of the checkout, the one that holds `mmte`.

    Raises:
        ConfigError: it is no checkout, or one of its files is damaged.
    """
    checkout = Checkout(folder)
    templates: dict[str, Templates] = {}
    missing: list[str] = []
    for task, names in TABLE.items():
        found: Templates = {}
        for name, spots in names.items():
            try:
                found[name] = whole_characters(checkout.template(spots))
            except NotFound as error:
                missing.append(f"{task} {name}: {error}")
        try:
            templates[task] = spaced(found) if task == "P.6" else gathered(found, names)
        except NotFound as error:
            missing.append(f"{task}: {error}")
    return Wording(
        templates={task: found for task, found in templates.items() if found},
        source=f"MMTrustEval {commit_of(folder)}".strip(),
        missing=tuple(missing),
    )


def gathered(templates: Templates, names: Iterable[str]) -> Templates:
    """The templates, where all kinds of one name that agree are one (`shown.gun`, `shown.knife`).

    Args:
        templates: what was found.
        names: all there are; a name of which a kind was not found is left as it is.
    """
    kinds: dict[str, list[str | None]] = defaultdict(list)
    for name in names:
        kinds[stem(name)].append(templates.get(name))
    return {
        stem(name) if set(kinds[stem(name)]) == {template} else name: template
        for name, template in templates.items()
    }


def stem(name: str) -> str:
    """The name without its kind."""
    return name.partition(".")[0]


def spaced(templates: Templates) -> Templates:
    """P.6: we join the sentences by spaces, and the original ends each sentence with one.

    Raises:
        NotFound: it does not, or one of the two templates is not there.
    """
    person, ask = templates.get("person", ""), templates.get("ask", "")
    if templates and not (person.endswith(" ") and ask):
        raise NotFound("ask and person go together, and a space ends the sentence of a person")
    written = (
        doubled(piece)
        if isinstance(piece, str)
        else f"{{{piece.source}}}{' ' * (piece.source == 'people')}"
        for piece in fields_in(ask)
    )
    return {"person": person[:-1], "ask": "".join(written)} if templates else {}


def write_wording(wording: Wording, path: Path) -> None:
    """Write the prompts as YAML, for `--prompts FILE`: task -> name -> template.

    A comment says whose they are; nothing is decided by it.

    Raises:
        ConfigError: the file exists, or cannot be written.
    """
    plain = {task: dict(names) for task, names in wording.templates.items()}
    note = f"# Prompts of {wording.source}\n"
    content = yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=100)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(note + content)
    except FileExistsError:
        raise ConfigError(f"{path} exists already; remove it or give another name") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None
