"""What a run is to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from multitrust.core import (
    Condition,
    ConfigError,
    Model,
    Origin,
    Task,
    UnknownNameError,
    check_identity,
)
from multitrust.data import TRAIN_SEEDS
from multitrust.run.generation import check_methods
from multitrust.run.prices import Price

LARGEST = 2**63 - 1
"""The largest whole number that every file of a run can hold."""
MOST = {"limit": LARGEST, "epochs": 10_000, "window": 100_000, "max_tokens": 10_000_000}
"""The largest values that make sense."""
FLAGS = {"window": "window (--max-samples)"}
"""How messages call a field whose flag has another name."""


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """One invocation. Two runs of one configuration ask the same questions.

    Raises:
        ConfigError: the seed is reserved for training, a number makes no sense, or there is a
            budget and a model without a price, or a model has no identity, name, `generate` or
            `close`.
        UnknownNameError: no chosen task has a condition of that name.
    """

    model: Model
    tasks: tuple[Task, ...]
    folder: Path
    origin: Origin = field(default_factory=Origin)
    conditions: tuple[str, ...] = ()
    """Names of the conditions to run; all when empty."""
    limit: int | None = None
    """Samples per condition, spread evenly over the samples' strata; all when None."""
    sample_ids: tuple[str, ...] = ()
    """Ids of the samples to run; all when empty."""
    epochs: int = 1
    window: int = 256
    """Samples in flight at once."""
    models: Mapping[str, Model] = field(default_factory=dict)
    """Models by role other than the target."""
    cache: Path | None = None
    """A folder of responses that runs share; None to share none."""
    reuse: bool = True
    """Whether responses of the same model in other runs beside the folder are taken over."""
    max_tokens: int | None = None
    """Replaces every task's own limit."""
    protocol: str = "corrected"
    """By which the tasks are scored."""
    wording: str = ""
    """sha256 of the prompts that replaced our own; empty for our own."""
    original_wording: bool = False
    """Whether these are all those of a checkout of the original toolbox, unchanged."""
    prices: Mapping[str, Price] = field(default_factory=dict)
    """What the models cost, by role, as far as it is known; the target's role is `target`."""
    budget: float | None = None
    """USD that all invocations of the run together may spend; None for no limit."""
    fail_on_error: float | None = None
    """Failed samples that end an invocation, below 1 as a share of all; None: it goes on."""

    def __post_init__(self) -> None:
        if self.origin.seed in TRAIN_SEEDS:
            raise ConfigError(
                f"seed {self.origin.seed} is reserved for training data; choose one below "
                f"{TRAIN_SEEDS.start}"
            )
        if not -LARGEST <= self.origin.seed <= LARGEST:
            raise ConfigError(f"seed {self.origin.seed} is out of range; choose one of 64 bits")
        for role, model in {"target": self.model, **self.models}.items():
            check_identity(model, role)
            check_methods(model, role)
        for name, most in MOST.items():
            value, told = getattr(self, name), FLAGS.get(name, name)
            if value is not None and value < 1:
                raise ConfigError(f"{told} must be at least 1, not {value}")
            if value is not None and value > most:
                raise ConfigError(f"{told} must be at most {most:,}, not {value:,}")
        if self.fail_on_error is not None and not self.fail_on_error > 0:
            raise ConfigError(f"fail_on_error must be more than 0, not {self.fail_on_error}")
        if self.fail_on_error is not None and self.fail_on_error > 1 and self.fail_on_error % 1:
            raise ConfigError(
                f"fail_on_error must be a whole number or below 1, not {self.fail_on_error}"
            )
        self._check_budget()
        if not self.tasks:
            raise ConfigError("no task to run; name one with --tasks, or all")
        known = {condition.name for task in self.tasks for condition in task.conditions}
        for chosen in self.conditions:
            if chosen not in known:
                raise UnknownNameError("condition", chosen, known)

    def _check_budget(self) -> None:
        if self.budget is None:
            return
        if not 0 < self.budget < float("inf"):
            raise ConfigError(f"budget must be more than 0 USD, not {self.budget}")
        for role, model in {"target": self.model, **self.models}.items():
            if role not in self.prices:
                raise ConfigError(
                    f"a budget needs the price of every model, and there is none for {model.name} "
                    f"({role}); give it in a file with --prices, see docs/cost.md"
                )

    def gives_up(self, failed: int, total: int) -> bool:
        """Whether so many failed samples end the invocation."""
        limit = self.fail_on_error
        return limit is not None and failed >= (limit if limit >= 1 else limit * total)

    def conditions_of(self, task: Task) -> tuple[Condition, ...]:
        """The task's conditions that run."""
        if not self.conditions:
            return task.conditions
        return tuple(c for c in task.conditions if c.name in self.conditions)
