"""What models need, told without loading or asking them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import MutableMapping
from pathlib import Path

import pytest

from multitrust.attacks.image import DEMO, TorchSurrogate
from multitrust.core import ConfigError, UnknownNameError
from multitrust.models import known_models, model_needs
from multitrust.models.quantization import METHODS

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def test_every_extra_is_needed_by_something_and_everything_needed_is_an_extra() -> None:
    extras = set(tomllib.loads(PROJECT.read_text())["project"]["optional-dependencies"])
    used = {form.needs for form in known_models()} | {method.extra for method in METHODS.values()}
    used |= {TorchSurrogate("demo", DEMO.folder).extra}
    assert extras - {"dev"} == used - {""}


@pytest.mark.parametrize(
    "spec", ["demo", "hf/some/where", "hf-classifier/x", "hf-completion/x", "llava-1.5-7b"]
)
def test_weights_need_packages(spec: str) -> None:
    (need,) = model_needs(spec)
    assert (need.kind, need.name, need.missing, need.blocks) == ("extra", "local", "", False)


@pytest.mark.parametrize(("method", "package"), [("bnb-4bit", "bitsandbytes"),
                                                 ("quanto-int8", "optimum-quanto")])  # fmt: skip
def test_what_is_not_installed_is_named_with_its_command(method: str, package: str) -> None:
    local, need = model_needs("hf/some/where", options={"quantization": method})
    assert local.missing == ""
    assert need.blocks
    assert need.missing.startswith(f"hf/some/where needs {package}>=")
    assert need.mend.startswith("install with: ")
    assert f"[{need.name}]" in need.mend


@pytest.mark.parametrize(
    ("spec", "key"),
    [
        ("openai/x", "OPENAI_API_KEY"),
        ("anthropic/x", "ANTHROPIC_API_KEY"),
        ("gpt-4o", "OPENAI_API_KEY"),
        ("openai-moderation/x", "openai-moderation/x"),
        ("perspective", "perspective"),
    ],
)
def test_a_key_is_named_and_may_be_set(
    environment: MutableMapping[str, str], spec: str, key: str
) -> None:
    (need,) = model_needs(spec)
    assert (need.kind, need.name, need.blocks) == ("key", key, True)
    assert "needs a key: set" in need.missing
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "PERSPECTIVE_API_KEY"):
        environment[name] = "not-to-be-shown"
    assert not any(need.missing for need in model_needs(spec))


@pytest.mark.parametrize("spec", ["http://127.0.0.1:1/v1#x", "vllm/x", "mock/saint", "ollama/x"])
def test_servers_and_mocks_need_nothing(spec: str) -> None:
    assert model_needs(spec) == ()


def test_another_address_needs_no_key() -> None:
    assert not any(n.missing for n in model_needs("openai/x", base_url="http://127.0.0.1:1/v1"))


def test_names_that_can_never_be_asked_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean"):
        model_needs("openay/x")
    with pytest.raises(ConfigError, match="shut down"):
        model_needs("gpt-4-turbo")


def test_nothing_is_imported_to_find_out() -> None:
    code = (
        "import sys\nfrom multitrust.models import model_needs\n"
        "model_needs('demo'), model_needs('hf/x', options={'quantization': 'bnb-4bit'})\n"
        "print({'torch', 'transformers', 'huggingface_hub', 'bitsandbytes'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
