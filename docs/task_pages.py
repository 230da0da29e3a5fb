"""One page a task, from the code: `make docs` writes `docs/tasks/`.

A page says what the task is for, what its data are, how it asks, what is measured and what it
cannot tell. Its picture is a sample's, in small.
"""

from __future__ import annotations

import asyncio
import io
import tomllib
from collections.abc import Iterator, Sequence
from importlib import import_module
from inspect import cleandoc
from pathlib import Path

from PIL import Image as PillowImage

from multitrust.core import Condition, Env, Image, Origin, Sample, Task
from multitrust.data import DATA_VERSION
from multitrust.report.summary import title
from multitrust.tasks import SUBASPECT_TITLES, load_tasks
from multitrust.tasks.attacking import needs_surrogate

FOLDER = Path(__file__).with_name("tasks")
LIMITS = Path(__file__).with_name("task_limits.toml")
SIDE = 224
"""Pixels of a page's picture."""


def pages() -> dict[str, str]:
    """Every page by file name: the list, and one of each task."""
    limits: dict[str, list[str]] = tomllib.loads(LIMITS.read_text(encoding="utf-8"))
    tasks = load_tasks()
    made = {f"{task.id}.md": task_page(task, limits[task.id]) for task in tasks}
    return {"README.md": index(tasks), **made}


def index(tasks: Sequence[Task]) -> str:
    """All tasks with their samples, conditions and requests."""
    rows, requests = [], 0
    for task in tasks:
        counts = [len(samples_of(task, condition)) for condition in task.conditions]
        requests += sum(counts)
        distinct = {
            task.dataset_of(c).name: n for c, n in zip(task.conditions, counts, strict=True)
        }
        rows.append(
            f"| [{task.id}]({task.id}.md) | {title(task.name)} | {task.subaspect} "
            f"| {sum(distinct.values())} | {len(counts)} | {sum(counts)} |"
        )
    return f"""# The {len(tasks)} tasks

Embedded data, version {DATA_VERSION}. A sample that is shown in several conditions is counted once;
every sample of a condition is one request.

| task | name | part of | samples | conditions | requests |
|---|---|---|---:|---:|---:|
{chr(10).join(rows)}
| | all | | | {sum(len(task.conditions) for task in tasks)} | {requests} |
"""


def task_page(task: Task, limits: Sequence[str]) -> str:
    """The page of a task."""
    part = SUBASPECT_TITLES.get(task.subaspect, task.subaspect)
    purpose = cleandoc(import_module_of(task).__doc__ or "").split("\n\n", 1)
    return f"""# {task.id} {title(task.name)}

{task.summary} Part of {task.aspect}: {part.lower()} ({task.subaspect}).
Task version {task.version}.

{purpose[-1]}

## Data

{chr(10).join(data(task))}

## How it asks

{chr(10).join(examples(task))}
## Conditions

| condition | samples | measured by |
|---|---:|---|
{chr(10).join(condition_row(task, condition) for condition in task.conditions)}

{reading(task)}## Headline

{headline(task)}

{effects(task)}## What it cannot tell

{chr(10).join(f"- {limit}" for limit in limits)}
"""


def import_module_of(task: Task) -> object:
    """The file that a task is defined in."""
    for module in Path(str(import_module(f"multitrust.tasks.{task.aspect}").__path__[0])).glob(
        "*.py"
    ):
        found = import_module(f"multitrust.tasks.{task.aspect}.{module.stem}")
        if getattr(found, "TASK", None) is task:
            return found
    raise LookupError(f"no file in tasks/{task.aspect} defines {task.id}")


def data(task: Task) -> Iterator[str]:
    """What each generator's module says of itself."""
    modules = {
        "/".join(task.dataset_of(condition).name.split("/")[:2]) for condition in task.conditions
    }
    for name in sorted(modules):
        module = import_module(f"multitrust.data.embedded.{name.replace('/', '.')}")
        yield f"`{name}`: {cleandoc(module.__doc__ or '')}\n"


def samples_of(task: Task, condition: Condition) -> list[Sample]:
    """A condition's samples under the default seed, not yet presented."""
    return list(task.dataset_of(condition).samples(Origin()))


def examples(task: Task) -> Iterator[str]:
    """The first prompt of each wording; the first picture, with a link to it."""
    seen: set[str] = set()
    picture = example_picture(task)
    if picture is not None:
        yield f"![A sample's picture]({task.id}.webp)\n"
    for condition in task.conditions:
        text = presented(task, condition).text
        if text not in seen and not needs_surrogate(condition):
            seen.add(text)
            quoted = "\n".join(f"> {line}" for line in text.splitlines())
            yield f"`{condition.name}`\n\n{quoted}\n"


def example_picture(task: Task) -> Image | None:
    """The picture of the first condition that shows one."""
    for condition in task.conditions:
        images = () if needs_surrogate(condition) else presented(task, condition).input[-1].images
        if images:
            return images[0]
    return None


def presented(task: Task, condition: Condition) -> Sample:
    """A condition's first sample as it is asked."""
    first = next(iter(task.dataset_of(condition).samples(Origin())))
    return asyncio.run(condition.present(first, Env()))


def condition_row(task: Task, condition: Condition) -> str:
    """A condition with its samples and metrics."""
    metrics = ", ".join(f"{m.name} (`{m.scorer.name}`)" for m in task.metrics_of(condition))
    return f"| `{condition.name}` | {len(samples_of(task, condition))} | {metrics} |"


def reading(task: Task) -> str:
    """What the reading arm is for."""
    if task.reading is None:
        return ""
    return (
        f"The condition `{task.reading}` shows whether the model reads the pictures at all. Rates "
        "are reported over all samples and among those it read; a model that reads no better than "
        "one constant answer is called blind.\n\n"
    )


def headline(task: Task) -> str:
    """The weighted sum in words."""
    terms = " + ".join(
        f"{round(leaf.weight, 3):g} x {leaf.metric} (`{leaf.condition}`)"
        for leaf in task.headline.leaves
    )
    taken = f" - {-task.headline.offset:g}" if task.headline.offset else ""
    return (
        f"100 x ({terms}{taken}), cut at 0. Metrics of which less is better count from their other "
        "end. [What every number means](../numbers.md)."
    )


def effects(task: Task) -> str:
    """The contrasts, if there are any."""
    if not task.contrasts:
        return ""
    lines = [f"- {c.name}: {c.metric}, `{c.other}` against `{c.base}`" for c in task.contrasts]
    return "## Paired effects\n\n" + "\n".join(lines) + "\n\n"


def small(image: Image) -> bytes:
    """A picture for a page, as WebP."""
    opened = PillowImage.open(io.BytesIO(image.read())).convert("RGB")
    opened.thumbnail((SIDE, SIDE))
    buffer = io.BytesIO()
    opened.save(buffer, format="WEBP", quality=70, method=6)
    return buffer.getvalue()


def write() -> None:
    """Write all pages and their pictures."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    for task in load_tasks():
        picture = example_picture(task)
        if picture is not None:
            (FOLDER / f"{task.id}.webp").write_bytes(small(picture))


if __name__ == "__main__":
    write()
