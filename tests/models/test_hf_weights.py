"""What is loaded, in which form, and what the run remembers of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from multitrust.core import ConfigError, GenerateConfig, Message, MissingExtraError
from multitrust.models import resolve
from multitrust.models.facts import BLOCK, folder_digest
from multitrust.models.hf import HfModel, load
from multitrust.models.local import settings
from multitrust.run import RunConfig
from multitrust.run.codec import dump_manifest, load_manifest
from multitrust.run.manifest import make_manifest
from multitrust.tasks import select_tasks


def loaded(folder: Path, **options: str) -> HfModel:
    return load(str(folder), {"device": "cpu", **options})


@pytest.mark.parametrize("method", ["bnb-4bit", "bnb-8bit", "quanto-int8"])
def test_a_quantization_names_the_extra_it_needs(folder: Path, method: str) -> None:
    with pytest.raises(MissingExtraError, match=r"is not installed; .*install .*\[(bnb|quanto)\]"):
        loaded(folder, quantization=method)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"quantization": "bnb-4bits"}, "did you mean bnb-4bit"),
        ({"device_map": "auto"}, "exclude each other"),
        ({"batch_size": "0"}, "expected a positive integer"),
        ({"dtype": "nn"}, "dtype=nn is unknown"),
        ({"attn_implementation": "flash_attention_2"}, "cannot load a model"),
    ],
)
def test_settings_that_cannot_be(folder: Path, options: Mapping[str, str], match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        loaded(folder, **options)


def test_what_changes_a_model_is_in_its_identity(folder: Path) -> None:
    plain = loaded(folder)
    half = loaded(folder, dtype="bfloat16", attn_implementation="eager")
    assert plain.identity != half.identity
    assert half.identity.settings == {"dtype": "bfloat16", "attn_implementation": "eager"}
    assert (plain.facts["dtype"], half.facts["dtype"]) == ("float32", "bfloat16")
    assert (plain.facts["attention"], half.facts["attention"]) == ("sdpa", "eager")
    assert plain.facts["revision"] == half.facts["revision"]


def test_a_device_map_places_the_weights(folder: Path) -> None:
    model = load(str(folder), {"device_map": "cpu"})
    assert model.facts["device"] == "cpu"


def test_the_same_files_elsewhere_are_the_same_weights(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    one, two = loaded(folder), loaded(copy)
    assert one.facts == two.facts
    (copy / "chat_template.jinja").write_text("{% for m in messages %}{{ m.role }}{% endfor %}")
    other = loaded(copy)
    assert other.facts["template"] != one.facts["template"]
    assert other.facts["revision"] != one.facts["revision"]


def test_a_change_within_a_large_file_is_seen(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(bytes(3 * BLOCK + 5))
    before = folder_digest(tmp_path)
    with weights.open("r+b") as file:
        file.seek(2 * BLOCK + 7)
        file.write(b"1")
    assert folder_digest(tmp_path) != before


def test_code_of_a_repository_runs_only_when_it_is_trusted(folder: Path, tmp_path: Path) -> None:
    copy, mark = shutil.copytree(folder, tmp_path / "copy"), tmp_path / "ran"
    described = json.loads((copy / "config.json").read_text())
    described |= {"model_type": "own", "auto_map": {"AutoConfig": "own.Own"}}
    (copy / "config.json").write_text(json.dumps(described))
    (copy / "own.py").write_text(f"open({str(mark)!r}, 'w').close()\nraise ValueError('ran')\n")
    with pytest.raises(ConfigError, match="-M trust_remote_code=true lets that run"):
        loaded(copy)
    assert not mark.exists()
    with pytest.raises(ConfigError, match="ran"):
        loaded(copy, trust_remote_code="true")
    assert mark.exists()


def test_trust_is_said_in_the_facts(folder: Path) -> None:
    assert "remote_code" not in loaded(folder).facts
    assert loaded(folder, trust_remote_code="true").facts["remote_code"] == "trusted"


def test_offline_only_this_machine_is_searched() -> None:
    with pytest.raises(ConfigError, match="offline, only this machine was searched") as caught:
        resolve("hf/nobody/nothing", options={"offline": "true"})
    assert "'nobody/nothing': it is not on this machine" in str(caught.value)
    assert "internet connection" not in str(caught.value)


@pytest.mark.parametrize("kind", ["hf-classifier", "hf-completion"])
def test_offline_no_connection_is_asked_for(kind: str) -> None:
    with pytest.raises(ConfigError, match="it is not on this machine, or not all of it") as caught:
        resolve(f"{kind}/nobody/nothing", options={"offline": "true"})
    assert "internet connection" not in str(caught.value)


def test_the_manifest_keeps_the_facts(folder: Path, tmp_path: Path) -> None:
    model = loaded(folder, batch_size="4")
    tasks = select_tasks(["T.1"])
    manifest = make_manifest(RunConfig(model=model, tasks=tasks, folder=tmp_path))
    assert manifest.models == {"target": model.identity}
    assert manifest.facts["target"]["batch_size"] == "4"
    assert str(folder) not in json.dumps(manifest.facts["target"])
    assert load_manifest(dump_manifest(manifest)).facts == manifest.facts


def test_a_system_text_comes_before_the_question_where_a_template_knows_none(folder: Path) -> None:
    model = loaded(folder)
    model.processor.chat_template = (
        "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
        "{% for m in messages %}{% for c in m.content %}{{ c.text }}{% endfor %}{% endfor %}"
    )
    asked = (Message(role="system", text="Be brief."), Message(role="user", text="what"))
    assert model.prompt(asked) == "Be brief.\n\nwhat"


def test_a_template_of_the_tokenizer_alone_is_used(folder: Path) -> None:
    model = loaded(folder)
    model.processor.tokenizer.chat_template = "{% for m in messages %}<{{ m.content }}>{% endfor %}"
    assert model.prompt((Message(role="user", text="what"),)) == "<what>"


def test_greedy_is_greedy_whatever_the_repository_sets() -> None:
    chosen = settings(GenerateConfig(max_tokens=3), padding=0)
    assert (chosen["do_sample"], chosen["num_beams"]) == (False, 1)
