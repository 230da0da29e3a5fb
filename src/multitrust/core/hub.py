"""Whether the libraries of the Hugging Face hub may open connections."""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager

OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE")
"""Variables that forbid those libraries to open connections."""
NO_TELEMETRY = ("HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK")
"""Variables that forbid them, and servers such as vLLM, to report their use."""
ON = ("1", "on", "yes", "true")
"""What the hub's libraries take for switched on, in small letters."""


def forbid_hub(environment: MutableMapping[str, str]) -> None:
    """Keep this process, and those that it starts, from connecting to the hub.

    Args:
        environment: that of the process. The libraries read it when they are first imported.
    """
    environment.update(dict.fromkeys((*OFFLINE, *NO_TELEMETRY), "1"))


def is_hub_offline() -> bool:
    """Whether the environment forbids connections to the hub."""
    return any(os.environ.get(name, "").casefold() in ON for name in OFFLINE[:2])


@contextmanager
def hub_access(*, offline: bool) -> Iterator[None]:
    """Use the hub's libraries: without any connection if `offline` or if the environment says so.

    What those libraries read of the environment when they were imported is replaced meanwhile.
    """
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE, constants.HF_HUB_DISABLE_TELEMETRY
    constants.HF_HUB_OFFLINE = offline or is_hub_offline()
    constants.HF_HUB_DISABLE_TELEMETRY = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE, constants.HF_HUB_DISABLE_TELEMETRY = before
