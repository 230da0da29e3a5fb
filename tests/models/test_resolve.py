"""From what was typed to a model; mocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, MutableMapping
from typing import Any

import pytest

from multitrust.core import ConfigError, GenerateConfig, Message, UnknownNameError
from multitrust.models import known_models, messages_digest, resolve
from multitrust.models.hosts import HOSTS

ASKED = (Message(role="user", text="Is it?"),)


def said(spec: str, **more: Any) -> str:
    async def once() -> str:
        model = resolve(spec, **more)
        try:
            return (await model.generate(ASKED, GenerateConfig())).text
        finally:
            await model.close()

    return asyncio.run(once())


@pytest.mark.parametrize(
    ("name", "text"),
    [("yes-sayer", "Yes"), ("no-sayer", "No"), ("echo", "Is it?"), ("silent", "")],
)
def test_mocks_follow_their_script(name: str, text: str) -> None:
    assert said(f"mock/{name}") == text


def test_a_refuser_refuses() -> None:
    from multitrust.scorers import is_refusal

    assert is_refusal(said("mock/refuser"))


def test_a_saint_answers_from_its_key() -> None:
    assert said("mock/saint", answers={messages_digest(ASKED): "so"}) == "so"
    with pytest.raises(ConfigError, match="a run of tasks"):
        resolve("mock/saint")


@pytest.mark.parametrize(
    ("spec", "near"),
    [
        ("mock/yes-saye", "yes-sayer"),
        ("dem", "demo"),
        ("llava-1.5-7", "llava-1.5-7b"),
        ("hf/", "hf/REPO"),
    ],
)
def test_unknown_models_name_their_neighbours(spec: str, near: str) -> None:
    with pytest.raises(UnknownNameError, match=near):
        resolve(spec)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"timout": "3"}, "did you mean timeout"),
        ({"timeout": "soon"}, "expected float"),
        ({"max_connections": "0"}, "must be positive"),
        ({"timeout": "0"}, "-M timeout=0 must be positive"),
        ({"timeout": "-1"}, "must be positive"),
        ({"timeout": "0.0"}, "must be positive"),
        ({"max_connections": "1.5"}, "expected int"),
    ],
)
def test_bad_settings_are_refused(options: dict[str, str], match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        resolve("http://127.0.0.1:1/v1#x", options=options)


@pytest.mark.parametrize(
    ("spec", "match"),
    [
        ("http://127.0.0.1:1/v1", "add it after #"),
        ("http://#x", "no address"),
        ("http://127.0.0.1:65536/v1#x", "no address"),
        ("http://[::1/v1#x", "no address"),
        ("http://me:word@127.0.0.1/v1#x", "no user, password or query"),
        ("http://127.0.0.1/v1?key=word#x", "MULTITRUST_API_KEY"),
    ],
)
def test_addresses_that_lack_something(spec: str, match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        resolve(spec)


def test_openai_needs_a_key_or_a_server(
    environment: MutableMapping[str, str], stub: Callable[..., Any]
) -> None:
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        resolve("openai/gpt-4o")
    server = stub()
    environment["OPENAI_BASE_URL"] = server.url
    environment["OPENAI_API_KEY"] = "not-sk-shaped\n"
    assert said("openai/gpt-4o") == "Yes"
    assert server.requests[0]["model"] == "gpt-4o"
    assert server.headers[0]["Authorization"] == "Bearer not-sk-shaped"
    del environment["OPENAI_BASE_URL"]
    model: Any = resolve("openai/gpt-4o")
    assert "not-sk-shaped" not in repr(model.provider)
    assert model.provider.url == "https://api.openai.com/v1/chat/completions"


def test_the_openai_key_is_not_sent_to_other_servers(
    environment: MutableMapping[str, str], stub: Callable[..., Any]
) -> None:
    server = stub("401")
    environment["OPENAI_API_KEY"] = "secret-1"
    environment["MULTITRUST_API_KEY"] = "secret-2"
    with pytest.raises(Exception, match="MULTITRUST_API_KEY") as caught:
        said(f"{server.url}#x")
    assert server.headers[0]["Authorization"] == "Bearer secret-2"
    assert "secret" not in str(caught.value)


def test_a_base_url_replaces_the_address(stub: Callable[..., Any]) -> None:
    server = stub()
    assert said("http://127.0.0.1:9/v1#x", base_url=server.url) == "Yes"


@pytest.mark.parametrize("slashes", ["/", "//"])
def test_a_slash_at_the_end_of_an_address_makes_no_other_model(slashes: str) -> None:
    plain, slashed = resolve("http://h/v1#m"), resolve(f"http://h/v1{slashes}#m")
    assert plain.identity == slashed.identity
    assert slashed.name == "http://h/v1#m"
    other: Any = resolve(f"http://h{slashes}#m")
    assert other.identity == resolve("http://h#m").identity != plain.identity
    asked = [resolve("perspective", base_url=f"http://h/v1{end}") for end in ("", slashes)]
    assert asked[0].identity == asked[1].identity


@pytest.mark.parametrize("spec", ["m", "org/model-7b", "my-model"])
def test_a_name_that_only_a_server_knows_is_written_after_its_address(spec: str) -> None:
    with pytest.raises(ConfigError, match="at a server of your own") as caught:
        resolve(spec, base_url="http://127.0.0.1:8000/v1/")
    assert f"--model http://127.0.0.1:8000/v1#{spec}" in str(caught.value)


def test_a_misspelt_name_at_a_server_has_its_neighbours_named_too() -> None:
    with pytest.raises(ConfigError, match=r"or did you mean .*llava-1.5-7b") as caught:
        resolve("llava-1.5-7", base_url="http://me:hidden@127.0.0.1:8000/v1")
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    ("spec", "variable"),
    [
        ("openai/m", "OPENAI_BASE_URL"),
        ("openai/m", "OPENAI_API_BASE"),
        ("openai-moderation/m", "OPENAI_BASE_URL"),
        ("vllm/m", "VLLM_BASE_URL"),
        ("anthropic/m", "ANTHROPIC_BASE_URL"),
        ("azure/m", "AZURE_OPENAI_ENDPOINT"),
    ],
)
def test_the_variable_of_a_bad_address_is_named(
    environment: MutableMapping[str, str], spec: str, variable: str
) -> None:
    environment["OPENAI_API_KEY"] = "sk-0123456789"
    environment[variable] = "localhost:8000/v1"
    with pytest.raises(ConfigError, match=f"^in {variable}: .* is no address; did you mean http"):
        resolve(spec)
    with pytest.raises(ConfigError, match=r"^'nowhere' is no address"):
        resolve(spec, base_url="nowhere")


def test_every_form_of_naming_a_model_is_listed() -> None:
    forms = {form.form for form in known_models()}
    under_test = {"demo", "hf/REPO_OR_FOLDER", "URL#ID", "mock/NAME"}
    for_roles = {"hf-classifier/REPO", "hf-completion/REPO", "openai-moderation/ID", "perspective"}
    hosted = {host.form for host in HOSTS.values()}
    assert under_test | for_roles | hosted == forms
