"""R.6 Texts to be attacked: 24 pairs in the form of each of six known tasks of language.

A row brings the text in other words too, and a turn that counts on within its kind, so that attacks
taking turns fall on every kind equally often and on its labels as evenly as their numbers allow.
An id names its seed, so that another seed attacks and pictures the same text otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

from multitrust.data.bank import read_bank
from multitrust.data.datasets import Row, stream
from multitrust.data.embedded.truthfulness.misleading import neutral

SIZES = {"": 144}
Bank = dict[str, dict[str, list[list[str]]]]


def bank() -> Bank:
    """Kind -> label -> [text, second text, the text in other words, thing]."""
    found: Bank = read_bank("robustness/adversarial_text/pairs")
    return found


def rows(part: str, seed: int) -> Iterator[Row]:
    """Every pair of the bank; the seed says whose turn it is, and the order."""
    made: list[Row] = []
    for kind, labels in bank().items():
        for place, (label, pairs) in enumerate(labels.items()):
            turns = list(range(2 * place, 2 * place + len(pairs)))
            stream("R.6", seed, kind, label).shuffle(turns)
            for number, (pair, turn) in enumerate(zip(pairs, turns, strict=True)):
                first, second, reworded, thing = pair
                name = f"{kind}-{label}-{number:02d}-of-{seed}"
                made.append(
                    {
                        "id": name,
                        "question": first,
                        "second": second,
                        "reworded": reworded,
                        "target": label,
                        "choices": tuple(labels),
                        "turn": turn,
                        "image": neutral(stream("R.6", seed, name), thing),
                        "kind": kind,
                        "stratum": f"{kind}/{label}",
                        "family": name,
                    }
                )
    stream("R.6", seed, "order").shuffle(made)
    return iter(made)
