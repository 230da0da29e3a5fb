"""Runs: plan, engine, store, resume."""

from multitrust.run.answers import answer_key
from multitrust.run.config import RunConfig
from multitrust.run.coverage import AskedCount, count_asked
from multitrust.run.engine import Activity, Progress, Report, run_loop
from multitrust.run.estimate import Answerer, Load, PlanLine, Rough, plan_lines, total
from multitrust.run.files import explain, replace_file
from multitrust.run.folder_files import check_links
from multitrust.run.images import IMAGES, missing_images
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
from multitrust.run.prices import Price, Prices, read_prices, show_usd
from multitrust.run.provenance import code_licence, environment_facts
from multitrust.run.roles import roles_asked, roles_needed
from multitrust.run.salvage import recover_if_damaged
from multitrust.run.store import Store, iter_records
from multitrust.run.verify import (
    Change,
    Verdict,
    changed_images,
    find_unsealed,
    in_short,
    is_edited,
    is_mended,
    verify_run,
)

__all__ = [
    "IMAGES",
    "Activity",
    "Answerer",
    "AskedCount",
    "Change",
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
    "Verdict",
    "answer_key",
    "changed_images",
    "check_links",
    "check_sample_ids",
    "claim",
    "code_licence",
    "count_asked",
    "environment_facts",
    "execute",
    "execute_async",
    "explain",
    "find_needs",
    "find_unsealed",
    "finish",
    "finished",
    "folder_name",
    "in_short",
    "is_edited",
    "is_mended",
    "iter_records",
    "load_run",
    "make_manifest",
    "missing_images",
    "plan",
    "plan_lines",
    "read_manifest",
    "read_prices",
    "recover_if_damaged",
    "replace_file",
    "rescore",
    "roles_asked",
    "roles_needed",
    "run_id",
    "run_loop",
    "show_usd",
    "total",
    "verify_run",
    "writable",
]
