"""Runs: plan, engine, store, resume."""

from multitrust.run.answers import answer_key
from multitrust.run.config import RunConfig
from multitrust.run.engine import Progress, Report
from multitrust.run.estimate import Answerer, Load, PlanLine, Rough, plan_lines, total
from multitrust.run.local import RunResult, execute, finish, finished, load_run, rescore, writable
from multitrust.run.manifest import claim, folder_name, make_manifest, read_manifest, run_id
from multitrust.run.plan import check_sample_ids, plan
from multitrust.run.prices import Price, Prices, read_prices
from multitrust.run.roles import roles_asked
from multitrust.run.store import Store, iter_records

__all__ = [
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
    "roles_asked",
    "run_id",
    "total",
    "writable",
]
