"""From a host, an address and a key to a provider for the transport."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from multitrust.core import ModelIdentity
from multitrust.models import anthropic, google, openai, responses
from multitrust.models.hosts import Format, Host
from multitrust.models.http import Provider
from multitrust.models.picture_limits import PLAIN, PictureLimits
from multitrust.models.reasoning import Thinking, thinking


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One model at one host: all that its provider is made of."""

    host: Host
    url: str
    model: str
    key: str
    version: str
    options: Mapping[str, str]

    @property
    def thinking(self) -> Thinking:
        """How the model is asked."""
        return thinking(self.model, self.options)

    @property
    def at_home(self) -> bool:
        """Whether the host itself is asked, not another server in its place."""
        return self.host.is_at(self.url)

    @property
    def limits(self) -> PictureLimits:
        """What is taken of pictures: other servers with chat completions state no limits."""
        return self.host.limits if self.at_home or self.host.format != "chat" else PLAIN

    @property
    def bearer(self) -> Mapping[str, str]:
        """The header with the key, if there is one."""
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}


def identity_of(name: str, place: Place) -> ModelIdentity:
    """What determines the answers of a model at a host, which the user named so.

    The project and the location of Vertex AI are left out: they say who pays, and where one and
    the same published model runs.
    """
    version = {} if place.version == place.host.version else {"api_version": place.version}
    return ModelIdentity(
        name=name,
        server="" if place.url == place.host.url else place.url,
        thinking_tokens=place.thinking.tokens,
        settings={**place.thinking.settings, **place.limits.settings, **version},
    )


def provider(place: Place) -> Provider:
    """How a model at a host is spoken to.

    Raises:
        ConfigError: a setting cannot be read.
    """
    return PROVIDERS[place.host.format](place)


def chat(place: Place) -> Provider:
    """A server with the chat completions of OpenAI."""
    return completions(place, f"{place.url}/chat/completions", place.bearer)


def azure(place: Place) -> Provider:
    """A deployment at Azure: by its own address, or by the newer one that ends in /v1."""
    address = f"{place.url}/chat/completions"
    if not place.url.endswith("/v1"):
        name = quote(place.model, safe="")
        address = (
            f"{place.url.removesuffix('/openai')}/openai/deployments/{name}/chat/completions"
            f"?api-version={quote(place.version, safe='')}"
        )
    return completions(place, address, {"api-key": place.key})


def completions(place: Place, address: str, headers: Mapping[str, str]) -> Provider:
    """Chat completions at an address."""
    host = place.host
    field = host.tokens_field if place.at_home else "max_tokens"
    return Provider(
        url=address,
        encode=openai.encoder(
            place.options.get("max_tokens_field", field),
            seed_field=host.seed_field,
            thinking=place.thinking,
            limits=place.limits,
        ),
        decode=openai.decode,
        headers=headers,
        key=place.key,
        key_name=host.keys[0],
        address_end="/v1" if host.format == "chat" else "",
        blocked=openai.blocked,
    )


def responded(place: Place) -> Provider:
    """The Responses API."""
    return Provider(
        url=f"{place.url}/responses",
        encode=responses.encoder(place.thinking),
        decode=responses.decode,
        headers=place.bearer,
        key=place.key,
        key_name=place.host.keys[0],
        address_end="/v1",
        blocked=openai.blocked,
    )


def messages(place: Place) -> Provider:
    """The Messages API of Anthropic."""
    return Provider(
        url=f"{place.url.removesuffix('/v1')}/v1/messages",
        encode=anthropic.encoder(place.thinking),
        decode=anthropic.decode,
        headers={"x-api-key": place.key, "anthropic-version": place.version},
        key=place.key,
        key_name=place.host.keys[0],
        blocked=anthropic.blocked,
    )


def generate(place: Place) -> Provider:
    """The Gemini API of Google, by generateContent."""
    url = google.address(versioned(place.url, place.version), place.model)
    return generated(place, url, {"x-goog-api-key": place.key})


def vertex(place: Place) -> Provider:
    """Gemini in Google Cloud: the same format, at the address of a project in a location.

    Raises:
        ConfigError: there is no project, or one of both cannot be a part of an address.
    """
    project, location = google.project_in(place.options)
    regional = place.host.is_at(place.url) and location != "global"
    url = google.regional_url(location) if regional else place.url
    models = f"{versioned(url, place.version)}/projects/{project}/locations/{location}"
    return generated(
        place, google.address(f"{models}/publishers/google", place.model), place.bearer
    )


def generated(place: Place, address: str, headers: Mapping[str, str]) -> Provider:
    """GenerateContent at an address."""
    return Provider(
        url=address,
        encode=google.encoder(place.thinking),
        decode=google.decode,
        headers=headers,
        key=place.key,
        key_name=place.host.keys[0],
    )


def versioned(url: str, version: str) -> str:
    """An address with the API's version at its end."""
    return url if re.search(r"/v\d\w*\Z", url) else f"{url}/{version}"


PROVIDERS: Mapping[Format, Callable[[Place], Provider]] = {
    "chat": chat,
    "azure": azure,
    "responses": responded,
    "messages": messages,
    "generate": generate,
    "vertex": vertex,
}
