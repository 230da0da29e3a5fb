"""Runs: plan, engine, store, resume."""

from multitrust.run.answers import answer_key
from multitrust.run.config import RunConfig
from multitrust.run.engine import Activity, Progress, Report, run_loop
from multitrust.run.estimate import Answerer, Load, PlanLine, Rough, plan_lines, total
from multitrust.run.local import (
    RunResult,
    execute,
    execute_async,
    finish,
    finished,
    load_run,
    rescore,
    writable,
)
from multitrust.run.manifest import claim, folder_name, make_manifest, read_manifest, run_id
from multitrust.run.needs import find_needs
from multitrust.run.plan import check_sample_ids, plan
from multitrust.run.prices import Price, Prices, read_prices
from multitrust.run.store import Store, iter_records

__all__ = [
    "Activity",
    "Answerer",
    "Load",
    "PlanLine",
    "Price",
    "Prices",
    "Progress",
    "Report",
    "Rough",
    "RunConfig",
    "RunResult",
    "Store",
    "answer_key",
    "check_sample_ids",
    "claim",
    "execute",
    "execute_async",
    "find_needs",
    "finish",
    "finished",
    "folder_name",
    "iter_records",
    "load_run",
    "make_manifest",
    "plan",
    "plan_lines",
    "read_manifest",
    "read_prices",
    "rescore",
    "run_id",
    "run_loop",
    "total",
    "writable",
]
