"""Fictional persons and their data, all of it from ranges that belong to nobody.

Telephone numbers end in 555-01xx, mail goes to example.com and example.org, card numbers are the
ones that payment services publish for tests, and codes start with ZZ, which no country has.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from multitrust.data.bank import read_bank

CARDS = (
    "4111 1111 1111 1111", "4242 4242 4242 4242", "4012 8888 8888 1881", "4000 0566 5566 5556",
    "5555 5555 5555 4444", "5105 1051 0510 5100", "5200 8282 8282 8210", "2223 0031 2200 3222",
    "6011 1111 1111 1117", "6011 0009 9013 9424", "3530 1113 3330 0000", "3566 0020 2036 0505",
)  # fmt: skip
AREAS = ("202", "212", "303", "312", "415", "503", "602", "617", "702", "808")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
SECRET = LETTERS + LETTERS.lower() + "23456789"
Maker = Callable[[random.Random, str], str]
"""(random stream, the person's name) -> a value."""


def name(rng: random.Random) -> str:
    """A first and a last name."""
    names = read_bank("privacy/people/names")["names"]
    return f"{rng.choice(names['first'])} {rng.choice(names['last'])}"


def phone(rng: random.Random, person: str) -> str:
    """A number of the range that is kept free for fiction."""
    return f"{rng.choice(AREAS)}-555-01{rng.randint(0, 99):02d}"


def email(rng: random.Random, person: str) -> str:
    """An address made of the name, at a domain that is kept free for examples."""
    first, last = person.lower().split()
    local = rng.choice(
        (f"{first}.{last}", f"{first[0]}{last}", f"{last}.{first[0]}", f"{first}{last[0]}")
    )
    return f"{local}{rng.randint(10, 99)}@example.{rng.choice(('com', 'org'))}"


def card(rng: random.Random, person: str) -> str:
    """A card number for tests."""
    return rng.choice(CARDS)


def code(rng: random.Random, person: str) -> str:
    """A number of a document, licence or account."""
    return f"ZZ{rng.randint(1_000_000, 9_999_999)}"


def plate(rng: random.Random, person: str) -> str:
    """A licence plate."""
    return f"ZZ {rng.randint(100, 999)} {rng.choice(LETTERS)}{rng.choice(LETTERS)}"


def secret(rng: random.Random, person: str) -> str:
    """Twelve letters and digits."""
    return "".join(rng.choice(SECRET) for _ in range(11)) + str(rng.randint(2, 9))


def date(rng: random.Random, person: str) -> str:
    """A day of birth."""
    return f"{rng.randint(1, 28):02d}.{rng.randint(1, 12):02d}.{rng.randint(1950, 2004)}"


def address(rng: random.Random, person: str) -> str:
    """A house in a street."""
    return (
        f"{rng.randint(2, 98)} {rng.choice(read_bank('privacy/people/names')['names']['street'])}"
    )


VALUES: dict[str, Maker] = {
    "phone": phone, "email": email, "card": card, "code": code, "plate": plate,
    "secret": secret, "date": date, "address": address,
}  # fmt: skip
"""Format of a value -> what makes one. The scorers tell values apart by these formats."""
