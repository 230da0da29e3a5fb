"""Who is asked where, with which key: by name, by variable, by address."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.servers.loopback import KEY, serving
from tests.servers.openai import CHAT

from multitrust.core import (
    ConfigError,
    GenerateConfig,
    Message,
    ModelError,
    ModelIdentity,
    Response,
)
from multitrust.data import Drawing
from multitrust.data.drawing import svg
from multitrust.models import resolve
from multitrust.models.hosts import HOSTS, Host

DOCS = Path(__file__).parents[2] / "docs"
ASKED = (Message(role="user", text="Is it?", images=(Drawing(svg.document(5, 5)),)),)
REMOTE = [found for found in HOSTS.values() if not found.local]
LOCAL = [found for found in HOSTS.values() if found.local]
CHATTING = [found for found in HOSTS.values() if found.format == "chat"]


@pytest.fixture(autouse=True)
def bare(environment: MutableMapping[str, str]) -> MutableMapping[str, str]:
    """The variables, without any that names a key or an address."""
    for found in HOSTS.values():
        for name in (*found.keys, *found.addresses, *sum(found.variables.values(), ())):
            environment.pop(name, None)
    return environment


def named(host: Host) -> str:
    return f"{host.name}/some-model"


def answer(spec: str, messages: tuple[Message, ...] = ASKED, **more: Any) -> Response:
    async def once() -> Response:
        model = resolve(spec, **more)
        try:
            return await model.generate(messages, GenerateConfig(max_tokens=5, seed=3))
        finally:
            await model.close()

    return asyncio.run(once())


def title(host: Host) -> str:
    return host.name


@pytest.mark.parametrize("host", REMOTE, ids=title)
def test_a_missing_key_is_named_with_the_variable_that_brings_it(
    host: Host, bare: MutableMapping[str, str]
) -> None:
    if not host.url:
        with pytest.raises(ConfigError, match=f"set {host.addresses[0]}"):
            resolve(named(host))
        bare[host.addresses[0]] = "https://mine.example.com"
    with pytest.raises(ConfigError, match=f"set {host.keys[0]}"):
        resolve(named(host))
    bare[host.keys[0]] = " \n"
    with pytest.raises(ConfigError, match=f"set {host.keys[0]}"):
        resolve(named(host))


@pytest.mark.parametrize("host", REMOTE, ids=title)
def test_each_name_of_a_key_is_read_and_the_key_shown_nowhere(
    host: Host, bare: MutableMapping[str, str]
) -> None:
    for name in host.keys:
        bare[host.addresses[0]] = host.url or "https://mine.example.com"
        bare[name] = KEY
        model: Any = resolve(named(host), options=dict.fromkeys(host.variables, "some-1"))
        assert sum(KEY in value for value in model.provider.headers.values()) == 1
        shown = (repr(model.provider), model.provider.url, model.name, str(model.identity))
        assert not any(KEY in text for text in shown)
        del bare[name]


@pytest.mark.parametrize("host", LOCAL, ids=title)
def test_a_local_server_needs_no_key_and_takes_any(
    host: Host, bare: MutableMapping[str, str]
) -> None:
    model: Any = resolve(named(host), options={"offline": "true"})
    assert model.provider.url == f"{host.url}/chat/completions"
    assert model.provider.headers == {}
    bare[host.keys[0]] = "any"
    keyed: Any = resolve(named(host))
    assert keyed.provider.headers == {"Authorization": "Bearer any"}


@pytest.mark.parametrize("host", CHATTING, ids=title)
def test_each_variable_of_an_address_leads_to_that_server(
    host: Host, stub: Callable[..., Any], bare: MutableMapping[str, str]
) -> None:
    bare[host.keys[0]] = KEY
    for name in host.addresses:
        server = stub()
        bare[name] = f"{server.url}/"
        assert answer(named(host)).text == "Yes"
        (sent,) = server.requests
        assert (sent["model"], sent["max_tokens"]) == ("some-model", 5)
        assert sent[host.seed_field] == 3
        assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
        del bare[name]


def test_names_with_slashes_are_kept(stub: Callable[..., Any]) -> None:
    server = stub()
    answer("vllm/Qwen/Qwen3-VL-8B-Instruct", base_url=server.url)
    assert server.requests[0]["model"] == "Qwen/Qwen3-VL-8B-Instruct"


@pytest.mark.parametrize("host", HOSTS.values(), ids=title)
def test_a_host_is_asked_over_tls_unless_it_is_this_machine(host: Host) -> None:
    assert host.url.startswith("http://127.0.0.1:" if host.local else ("https://", ""))


@pytest.mark.parametrize(
    ("spec", "base_url", "address"),
    [
        ("anthropic/a", "http://h", "http://h/v1/messages"),
        ("anthropic/a", "http://h/v1/", "http://h/v1/messages"),
        ("google/a", "http://h", "http://h/v1beta/models/a:generateContent"),
        ("google/a", "http://h/v1", "http://h/v1/models/a:generateContent"),
        ("google/models/a", "http://h/v1beta", "http://h/v1beta/models/a:generateContent"),
        (
            "vertex/a", "http://h",
            "http://h/v1/projects/p-1/locations/global/publishers/google/models/a:generateContent",
        ),
        (
            "vertex/a", "http://h/v1beta1",
            "http://h/v1beta1/projects/p-1/locations/global/publishers/google/models/"
            "a:generateContent",
        ),
        ("openai-responses/a", "http://h/v1", "http://h/v1/responses"),
        ("azure/a", "http://h/openai/v1", "http://h/openai/v1/chat/completions"),
        (
            "azure/a b", "http://h",
            "http://h/openai/deployments/a%20b/chat/completions?api-version=2024-10-21",
        ),
        (
            "azure/a", "http://h/openai/",
            "http://h/openai/deployments/a/chat/completions?api-version=2024-10-21",
        ),
    ],
)  # fmt: skip
def test_addresses(spec: str, base_url: str, address: str, bare: MutableMapping[str, str]) -> None:
    bare[HOSTS[spec.partition("/")[0]].keys[0]] = KEY
    bare["GOOGLE_CLOUD_PROJECT"] = "p-1"
    model: Any = resolve(spec, base_url=base_url)
    assert model.provider.url == address


def test_azure_takes_its_key_in_a_header_and_its_version_from_three_places(
    bare: MutableMapping[str, str],
) -> None:
    bare["AZUREAI_API_KEY"] = KEY
    bare["AZUREAI_BASE_URL"] = "https://mine.openai.azure.com"
    bare["AZUREAI_API_VERSION"] = "2025-01-01"
    model: Any = resolve("azure/mine")
    assert model.provider.headers == {"api-key": KEY}
    assert model.provider.url.endswith("?api-version=2025-01-01")
    told: Any = resolve("azure/mine", options={"api_version": "2026-02-02"})
    assert told.provider.url.endswith("?api-version=2026-02-02")
    assert KEY not in model.provider.url


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("", "aiplatform.googleapis.com"),
        ("global", "aiplatform.googleapis.com"),
        ("eu", "aiplatform.eu.rep.googleapis.com"),
        ("europe-west4", "europe-west4-aiplatform.googleapis.com"),
    ],
)
def test_vertex_is_asked_where_the_location_says(
    location: str, host: str, bare: MutableMapping[str, str]
) -> None:
    bare["GOOGLE_OAUTH_ACCESS_TOKEN"] = KEY
    bare["GOOGLE_CLOUD_PROJECT"] = "p-1"
    bare["GOOGLE_CLOUD_LOCATION"] = location
    path = f"v1/projects/p-1/locations/{location or 'global'}/publishers/google/models/a"
    model: Any = resolve("vertex/a")
    assert model.provider.url == f"https://{host}/{path}:generateContent"
    assert "p-1" not in str(model.identity)
    told: Any = resolve("vertex/a", options={"project": "p-2", "location": "us-east1"})
    assert told.provider.url.startswith(
        "https://us-east1-aiplatform.googleapis.com/v1/projects/p-2/"
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "set GOOGLE_CLOUD_PROJECT"),
        ({"project": "a/b"}, "is no project in Google Cloud"),
        ({"project": "a", "location": "b.example.com/"}, "is no location in Google Cloud"),
    ],
)
def test_vertex_needs_a_project(
    options: dict[str, str], words: str, bare: MutableMapping[str, str]
) -> None:
    bare["GOOGLE_OAUTH_ACCESS_TOKEN"] = KEY
    with pytest.raises(ConfigError, match=words):
        resolve("vertex/a", options=options)


def test_an_address_with_a_key_in_it_is_refused(bare: MutableMapping[str, str]) -> None:
    bare["GROQ_BASE_URL"] = "https://example.com/v1?key=word"
    with pytest.raises(ConfigError, match="GROQ_API_KEY"):
        resolve("groq/a")


def test_the_limits_of_a_host_hold_where_it_is_itself(bare: MutableMapping[str, str]) -> None:
    bare["GROQ_API_KEY"] = KEY
    shown = (Message(role="user", text="Is it?", images=ASKED[0].images * 6),)
    assert resolve("groq/a").identity.settings["pictures"].startswith("groq")
    with pytest.raises(ModelError, match="takes 5"):
        answer("groq/a", shown)
    elsewhere = resolve("groq/a", base_url="http://127.0.0.1:9/v1").identity
    assert elsewhere == ModelIdentity(name="groq/a", server="http://127.0.0.1:9/v1")


def test_what_may_change_an_answer_tells_models_apart(bare: MutableMapping[str, str]) -> None:
    bare["AZUREAI_API_KEY"] = bare["OPENAI_API_KEY"] = bare["GOOGLE_OAUTH_ACCESS_TOKEN"] = KEY
    bare["AZUREAI_BASE_URL"] = "https://one.example.com"
    plain = resolve("azure/a").identity
    assert plain.server == "https://one.example.com"
    newer = resolve("azure/a", options={"api_version": "2030-01-01"}).identity
    settings = {**plain.settings, "api_version": "2030-01-01"}
    assert newer == replace(plain, settings=settings)
    bare["AZUREAI_BASE_URL"] = "https://two.example.com"
    assert resolve("azure/a").identity == replace(plain, server="https://two.example.com")
    assert resolve("openai/a").identity.server == ""
    bare["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1"
    assert resolve("openai/a").identity.server == "http://127.0.0.1:9/v1"
    moderation = resolve("openai-moderation/a").identity
    assert moderation == ModelIdentity(name="openai-moderation/a", server="http://127.0.0.1:9/v1")
    paid = [{"project": "a"}, {"project": "b", "location": "us-east1", "timeout": "9"}]
    one, two = (resolve("vertex/a", options=options).identity for options in paid)
    assert (one, one.server) == (two, "")


def test_a_model_that_thinks_is_told_by_its_name_at_any_host(
    bare: MutableMapping[str, str],
) -> None:
    bare["OPENROUTER_API_KEY"] = bare["OPENAI_API_KEY"] = KEY
    assert resolve("openrouter/openai/gpt-5.5").identity == ModelIdentity(
        name="openrouter/openai/gpt-5.5",
        thinking_tokens=8192,
        settings={"temperature": "none"},
    )
    plain = ModelIdentity(name="openrouter/meta/llama-4")
    assert resolve("openrouter/meta/llama-4").identity == plain


def test_the_server_of_the_format_accepts_a_host_by_its_name(
    bare: MutableMapping[str, str],
) -> None:
    bare["TOGETHER_API_KEY"] = KEY
    with serving(CHAT) as server:
        assert answer("together/a", base_url=f"{server.url}/v1").text == "Yes"


def test_every_host_is_in_the_documentation() -> None:
    text = (DOCS / "command-line.md").read_text(encoding="utf-8")
    rows = [re.findall(r"`([^`]+)`", line) for line in text.splitlines() if line.startswith("| `")]
    for host in HOSTS.values():
        names = [host.form, *host.keys, *host.addresses]
        assert [row for row in rows if row[: len(names)] == names], names


def test_building_opens_no_connection_and_needs_no_variable_but_its_own() -> None:
    before = dict(os.environ)
    resolve("vllm/a")
    assert dict(os.environ) == before
