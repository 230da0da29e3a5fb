"""Every row of the zoo says what it must, and its name is a model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, MutableMapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from multitrust.core import ConfigError, GenerateConfig, Message, UnknownNameError
from multitrust.models import RUNS, ZooModel, known_models, resolve, what_to_type, zoo
from multitrust.models.zoo import settings_of
from multitrust.report import published_rows

MODELS = tuple(zoo().values())
SLUG = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
KEYS = (
    "OPENAI", "ANTHROPIC", "GOOGLE", "MISTRAL", "XAI", "MOONSHOT", "DASHSCOPE",
)  # fmt: skip


def those(**facts: object) -> list[ZooModel]:
    return [
        model
        for model in MODELS
        if all(getattr(model, name) == fact for name, fact in facts.items())
    ]


def test_names_are_slugs_and_no_other_way_of_naming_a_model() -> None:
    assert [model.name for model in MODELS if not SLUG.fullmatch(model.name)] == []
    assert {form.form for form in known_models()}.isdisjoint(zoo())


def test_fields_are_of_their_types_and_without_stray_spaces() -> None:
    texts = [field.name for field in fields(ZooModel) if field.type == "str"]
    assert "licence" in texts
    for model in MODELS:
        for name in texts:
            text = getattr(model, name)
            assert isinstance(text, str), (model.name, name)
            assert text == " ".join(text.split()), (model.name, name)
        assert isinstance(model.paper21, bool)
        assert model.size is None or model.size > 0
        assert model.runs in RUNS
        assert model.title
        assert model.family
        assert model.source


def test_sizes_are_those_of_the_names() -> None:
    said = re.compile(r"(?<![a-z0-9.])(\d+(?:\.\d+)?)(b|m)(?![a-z0-9])")
    named = {model: said.search(model.name) for model in MODELS}
    sizes = {
        model: float(found[1]) / (1 if found[2] == "b" else 1000)
        for model, found in named.items()
        if found
    }
    assert len(sizes) > 60
    assert {model.name: model.size for model in sizes} == pytest.approx(
        {model.name: size for model, size in sizes.items()}
    )


def test_the_published_table_is_in_the_zoo_each_row_once() -> None:
    names = Counter(model.published for model in MODELS if model.published)
    assert names == Counter(row.name for row in published_rows())
    paper = {row.name for row in published_rows() if row.paper}
    assert {model.published for model in those(paper21=True)} == paper
    assert len(those(paper21=True)) == 21


def test_ids_of_the_original_are_not_shared() -> None:
    ids = Counter(model.upstream_id for model in MODELS if model.upstream_id)
    assert max(ids.values()) == 1
    assert [model.name for model in MODELS if model.published and not model.upstream_id] == []


def test_dates_are_dates() -> None:
    for model in MODELS:
        if model.retired:
            assert date.fromisoformat(model.retired).isoformat() == model.retired


def test_what_ends_says_what_replaces_it() -> None:
    ending = [model for model in MODELS if model.runs == "retired" or model.retired]
    assert len(ending) >= 4
    for model in ending:
        assert model.replaced_by == "none" or zoo()[model.replaced_by].runs != "retired"
    assert [model.name for model in MODELS if model.replaced_by and model not in ending] == []
    assert [model.name for model in those(runs="retired") if model.spec] == []


def test_weights_are_named_by_their_repository() -> None:
    for model in MODELS:
        if model.runs in ("hf", "vllm"):
            form, _, repository = model.spec.partition("/")
            assert form == model.runs
            assert REPOSITORY.fullmatch(repository), model.name
            assert REPOSITORY.fullmatch(model.source), model.name
    assert [model.name for model in those(runs="wrapper") if model.spec] == []


def test_native_models_say_what_stands_for_a_picture() -> None:
    assert [model.name for model in those(runs="hf") if not model.image_token] == []


@pytest.fixture
def keys(environment: MutableMapping[str, str]) -> None:
    for name in KEYS:
        environment[f"{name}_API_KEY"] = "a-key"


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    "model", [m for m in MODELS if m.runs in ("api", "vllm") and m.spec], ids=lambda m: m.name
)
def test_names_of_served_models_are_models(model: ZooModel) -> None:
    found: Any = resolve(model.name)
    assert found.name == model.spec
    assert found.model == model.served_as


def test_vllm_is_asked_where_users_are_told_to_start_it() -> None:
    found: Any = resolve("kimi-k3")
    port = found.provider.url.partition("127.0.0.1:")[2].partition("/")[0]
    assert what_to_type(zoo()["kimi-k3"])[0] == f"vllm serve moonshotai/Kimi-K3 --port {port}"


@pytest.mark.parametrize("model", those(runs="retired"), ids=lambda m: m.name)
def test_retired_models_say_what_replaces_them(model: ZooModel) -> None:
    with pytest.raises(ConfigError, match=f"replaced by: {model.replaced_by}") as caught:
        resolve(model.name)
    assert (model.retired or "a day that was not found") in str(caught.value)
    assert what_to_type(model) == ()


@pytest.mark.parametrize("name", ["cogvlm", "hunyuan-vision"])
def test_models_without_a_server_say_what_to_type(name: str) -> None:
    with pytest.raises(ConfigError, match=f"--model {name} --model-base-url") as caught:
        resolve(name)
    assert all(line in str(caught.value) for line in what_to_type(zoo()[name]))


@pytest.mark.parametrize(
    ("name", "asked_for"),
    [
        ("cogvlm", "cogvlm"),
        ("hunyuan-vision", "hunyuan-vision"),
        ("glm-5.3-flash-api", "glm-5.3-flash"),
        ("llava-1.5-7b", "llava-hf/llava-1.5-7b-hf"),
        ("kimi-k3", "moonshotai/Kimi-K3"),
        ("gpt-4o", "gpt-4o"),
    ],
)
async def test_a_server_is_asked_for_what_it_calls_the_model(
    name: str, asked_for: str, stub: Callable[..., Any]
) -> None:
    server = stub()
    model = resolve(name, base_url=server.url)
    await model.generate((Message(role="user", text="Is it?"),), GenerateConfig())
    await model.close()
    assert server.requests[0]["model"] == asked_for


def test_a_pinned_revision_is_a_setting_of_weights_alone() -> None:
    pinned = replace(zoo()["llava-1.5-7b"], revision="abc")
    assert settings_of(pinned, None) == {"revision": "abc"}
    assert settings_of(pinned, "http://h/v1") == {}
    assert settings_of(replace(pinned, runs="api"), None) == {}
    assert settings_of(zoo()["llava-1.5-7b"], None) == {}


@pytest.mark.parametrize(
    ("name", "near"), [("llava-1.5", "llava-1.5-7b"), ("Qwen3-VL-4b", "qwen3-vl-4b")]
)
def test_unknown_names_list_near_ones(name: str, near: str) -> None:
    with pytest.raises(UnknownNameError, match=near):
        resolve(name)
