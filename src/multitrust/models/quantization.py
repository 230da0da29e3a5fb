"""Weights in fewer bits, quantised while they are loaded: `-M quantization=…`.

Repositories that hold quantised weights (AWQ, GPTQ, FP8 …) need no setting: they say so themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from multitrust.core import MissingExtraError, UnknownNameError


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """A way to quantise."""

    package: str
    """What must be installed, by the name it is imported by."""
    extra: str
    config: str
    """The class of transformers that describes it."""
    settings: Mapping[str, Any]

    def describe(self) -> Any:
        """The description that transformers takes.

        Raises:
            MissingExtraError: its package is not installed.
        """
        import transformers

        top, _, _ = self.package.partition(".")
        if find_spec(top) is None or find_spec(self.package) is None:
            raise MissingExtraError(self.package, self.extra)
        return getattr(transformers, self.config)(**self.settings)


BITSANDBYTES = {"package": "bitsandbytes", "extra": "bnb", "config": "BitsAndBytesConfig"}
QUANTO = {"package": "optimum.quanto", "extra": "quanto", "config": "QuantoConfig"}
METHODS = {
    "bnb-4bit": Method(
        **BITSANDBYTES,
        settings={
            "load_in_4bit": True,
            "bnb_4bit_quant_type": "nf4",
            "bnb_4bit_compute_dtype": "bfloat16",
        },
    ),
    "bnb-8bit": Method(**BITSANDBYTES, settings={"load_in_8bit": True}),
    "quanto-int4": Method(**QUANTO, settings={"weights": "int4"}),
    "quanto-int8": Method(**QUANTO, settings={"weights": "int8"}),
}


def quantization(name: str) -> Any:
    """What transformers takes for a method of `METHODS`.

    Raises:
        UnknownNameError: there is no such method.
        MissingExtraError: its package is not installed.
    """
    if name not in METHODS:
        raise UnknownNameError("quantization", name, METHODS)
    return METHODS[name].describe()
