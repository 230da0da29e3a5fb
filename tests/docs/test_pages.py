"""What the documentation says is what the code does."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from multitrust import scorers
from multitrust.models.limits import Limits
from multitrust.models.settings import OTHER, SETTINGS
from multitrust.tasks import load_tasks

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATED = ("command-line.md", "models.md", "scorers.md")


@pytest.mark.parametrize("name", GENERATED)
def test_generated_parts_are_up_to_date(name: str) -> None:
    generate = load(DOCS / "generate.py")
    assert set(generate.PAGES) == set(GENERATED)
    assert (DOCS / name).read_text(encoding="utf-8") == generate.page(name), "run: make docs"


def test_every_table_of_labels_is_counted() -> None:
    tables = {path.stem for path in (ROOT / "tests" / "scorers" / "tables").glob("*.txt")}
    generate = load(DOCS / "generate.py")
    assert {*generate.LABELLED, *generate.WORDINGS} == tables


def test_every_task_has_its_page_and_it_is_up_to_date() -> None:
    made = load(DOCS / "task_pages.py").pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("tasks/*.md")}
    assert there.keys() == made.keys()
    assert [name for name in made if made[name] != there[name]] == [], "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_in_python_run(page: Path, tmp_path: Path) -> None:
    examples = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    for number, example in enumerate(examples):
        file = tmp_path / f"{number}.py"
        file.write_text(example, encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, file], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr


def test_every_scorer_is_described() -> None:
    text = (DOCS / "scorers.md").read_text(encoding="utf-8")
    assert [name for name in scorers.__all__ if f"`{name}`" not in text] == []


def test_every_model_setting_is_described_with_its_default() -> None:
    text = (DOCS / "command-line.md").read_text(encoding="utf-8")
    found = dict(re.findall(r"^\| `(\w+)` \| (\S+) \|", text, re.MULTILINE))
    for name in SETTINGS:
        assert float(found[name]) == getattr(Limits(), name)
    assert all(f"| `{name}` |" in text for name in OTHER)


def test_every_model_setting_is_described_with_the_models_that_it_is_for() -> None:
    text = (DOCS / "command-line.md").read_text(encoding="utf-8")
    section = text.partition("## Settings of a model")[2].partition("\n## ")[0]
    found = dict(re.findall(r"^\| `(\w+)` \|.* \| ([^|]+) \|$", section, re.MULTILINE))
    for_what = {name: "servers" for name in SETTINGS}
    assert found == for_what | {name: ", ".join(words) for name, words in OTHER.items()}


def test_every_variable_that_is_read_is_described() -> None:
    text = (DOCS / "command-line.md").read_text(encoding="utf-8")
    read = {
        name
        for path in (ROOT / "src").rglob("*.py")
        for name in re.findall(r'"([A-Z]+_[A-Z_]*(?:KEY|URL|BASE|DIR|TOKEN))"', path.read_text())
    }
    assert {"MULTITRUST_CACHE_DIR", "OPENAI_API_KEY", "OPENAI_BASE_URL"} <= read
    assert [name for name in read if f"`{name}`" not in text] == []


def test_every_task_has_its_headline_explained() -> None:
    text = (DOCS / "numbers.md").read_text(encoding="utf-8")
    assert [task.id for task in load_tasks() if f"| {task.id} |" not in text] == []
