"""multitrust: how far can a multimodal LLM be trusted?

The rooms behind the names are imported when these are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multitrust.core import (
        Condition,
        Contrast,
        Env,
        Estimate,
        GenerateConfig,
        Headline,
        Leaf,
        Manifest,
        Message,
        Metric,
        Model,
        ModelIdentity,
        MultitrustError,
        Origin,
        Record,
        Response,
        Sample,
        Score,
        Scorer,
        Task,
    )
    from multitrust.data import dataset
    from multitrust.models import resolve
    from multitrust.report import summarise, write_html
    from multitrust.run import RunConfig, execute, execute_async, load_run
    from multitrust.tasks import load_tasks, select_tasks

    __version__: str

__all__ = [
    "Condition",
    "Contrast",
    "Env",
    "Estimate",
    "GenerateConfig",
    "Headline",
    "Leaf",
    "Manifest",
    "Message",
    "Metric",
    "Model",
    "ModelIdentity",
    "MultitrustError",
    "Origin",
    "Record",
    "Response",
    "RunConfig",
    "Sample",
    "Score",
    "Scorer",
    "Task",
    "dataset",
    "execute",
    "execute_async",
    "load_run",
    "load_tasks",
    "resolve",
    "select_tasks",
    "summarise",
    "write_html",
]

_ROOMS = {
    "Condition": "core",
    "Contrast": "core",
    "Env": "core",
    "Estimate": "core",
    "GenerateConfig": "core",
    "Headline": "core",
    "Leaf": "core",
    "Manifest": "core",
    "Message": "core",
    "Metric": "core",
    "Model": "core",
    "ModelIdentity": "core",
    "MultitrustError": "core",
    "Origin": "core",
    "Record": "core",
    "Response": "core",
    "Sample": "core",
    "Score": "core",
    "Scorer": "core",
    "Task": "core",
    "RunConfig": "run",
    "dataset": "data",
    "execute": "run",
    "execute_async": "run",
    "load_run": "run",
    "load_tasks": "tasks",
    "resolve": "models",
    "select_tasks": "tasks",
    "summarise": "report",
    "write_html": "report",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("multitrust")
    if name not in _ROOMS:
        raise AttributeError(f"module 'multitrust' has no attribute {name!r}")
    return getattr(import_module(f"multitrust.{_ROOMS[name]}"), name)
