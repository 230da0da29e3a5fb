"""The zoo: models by name, and how each is run today.

`zoo.toml` beside this file holds the models, and says in its head what each field means and of when
it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from multitrust.core import ConfigError, install_command
from multitrust.models.hosts import HOSTS, SERVER

Runs = Literal["hf", "vllm", "wrapper", "api", "retired"]
RUNS: Mapping[Runs, str] = {
    "hf": "weights through transformers, on this machine",
    "vllm": "served by vLLM",
    "wrapper": "served from an environment of its own",
    "api": "asked at its maker",
    "retired": "shut down by its maker",
}
"""How a model is run -> in words."""
HERE = HOSTS["vllm"].url
"""Where the servers that we tell users to start can be asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ZooModel:
    """A model by name. An empty field is a fact that was not found, or that it does not have."""

    name: str
    title: str
    family: str
    source: str
    """Repository of the weights, or its name at the API."""
    runs: Runs
    size: float | None = None
    """Billions of parameters, as far as its name tells."""
    revision: str = ""
    """What the source is pinned to; empty: the newest is taken."""
    licence: str = ""
    spec: str = ""
    """What `resolve` takes to reach it; empty: nothing is known to answer without a server."""
    retired: str = ""
    """The day it was shut down or will be, as an ISO date."""
    replaced_by: str = ""
    """A name of the zoo by the same maker (another model, with scores of its own), or `none`."""
    image_token: str = ""
    """What stands for a picture in the text before the tokenizer."""
    paper21: bool = False
    """Whether it is one of the 21 models of the paper."""
    published: str = ""
    """Its row in the published table of scores."""
    upstream_id: str = ""
    """Its id in the original toolbox."""
    notes: str = ""

    @property
    def served_as(self) -> str:
        """What a server of it calls it, unless told otherwise."""
        return self.spec.partition("/")[2] or (self.source if self.runs == "api" else self.name)


@cache
def zoo() -> Mapping[str, ZooModel]:
    """Name -> model, in the order of the file."""
    table = tomllib.loads(files("multitrust.models").joinpath("zoo.toml").read_text("utf-8"))
    return MappingProxyType({name: ZooModel(name=name, **row) for name, row in table.items()})


def spec_of(model: ZooModel, base_url: str | None) -> str:
    """What `resolve` takes for a model of the zoo.

    Args:
        model: the model.
        base_url: a server that holds it; an API is asked there in its own format.

    Raises:
        ConfigError: it is retired, or there is no server to ask; says what to do.
    """
    if model.runs == "retired":
        raise ConfigError(f"{model.name} {ending(model)}")
    if base_url and not (model.runs == "api" and model.spec):
        return f"{base_url}#{model.served_as}"
    if model.spec:
        return model.spec
    lines = "".join(f"\n  {line}" for line in what_to_type(model))
    raise ConfigError(f"{model.name} is {RUNS[model.runs]}; type (see docs/serve.md){lines}")


def settings_of(model: ZooModel, base_url: str | None) -> Mapping[str, str]:
    """The settings that belong to what `spec_of` gives: the revision of weights on this machine."""
    return (
        {"revision": model.revision}
        if model.runs == "hf" and model.revision and not base_url
        else {}
    )


def ending(model: ZooModel) -> str:
    """Since when, or until when, a model is there, and what replaces it; empty without an end."""
    if model.runs != "retired" and not model.retired:
        return ""
    verb = "was shut down" if model.runs == "retired" else "ends"
    day = model.retired or "a day that was not found"
    return f"{verb} on {day}; replaced by: {model.replaced_by}"


def what_to_type(model: ZooModel) -> tuple[str, ...]:
    """The commands that run a model here, in order; none if it is retired."""
    run = f"multitrust run --model {model.name}"
    if model.runs == "hf":
        return (install_command("local"), run)
    if model.runs == "vllm":
        return (f"vllm serve {model.served_as} --port 8000", run)
    if model.runs == "wrapper":
        return (
            "multitrust serve --write-wrapper serve_wrapper.py",
            "python serve_wrapper.py model.py:chat --port 8000  # in its own environment",
            f"{run} --model-base-url {HERE}",
        )
    if model.runs == "retired":
        return ()
    key = HOSTS.get(model.spec.partition("/")[0], SERVER).keys[0]
    return (f"export {key}=YOUR-KEY", run if model.spec else f"{run} --model-base-url URL")
