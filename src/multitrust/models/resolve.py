"""From what the user typed to a model."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from multitrust.core import ConfigError, Model, ModelIdentity, UnknownNameError
from multitrust.models.addresses import (
    check_address,
    check_model_name,
    looks_like_address,
    show_address,
    suggest_address,
)
from multitrust.models.hosts import HOSTS, SERVER, Host
from multitrust.models.keys import key_in
from multitrust.models.limits import Limits
from multitrust.models.mock import MOCKS, mock
from multitrust.models.settings import LOCAL, SETTINGS, check_settings, kind_of
from multitrust.models.zoo import settings_of, spec_of, zoo

if TYPE_CHECKING:
    from multitrust.models.http import Provider

LEAST = {
    "max_connections": 1,
    "timeout": 0.001,
    "requests_per_minute": 0.001,
    "tokens_per_minute": 1,
}
"""The smallest values of settings for which 0 makes no sense."""


@dataclass(frozen=True, slots=True)
class ModelForm:
    """A way of naming a model."""

    form: str
    reach: str
    needs: str
    """The extra to install; empty if none."""
    summary: str


def known_models() -> tuple[ModelForm, ...]:
    """All ways of naming a model."""
    hosts = [host for name, host in HOSTS.items() if name not in forms()]
    return (
        *forms().values(),
        *(ModelForm(host.form, host.reach, "", host.summary) for host in hosts),
    )


@cache
def forms() -> Mapping[str, ModelForm]:
    """The ways that `forms.toml` lists: what stands before the slash -> the form."""
    table = tomllib.loads(files("multitrust.models").joinpath("forms.toml").read_text("utf-8"))
    return MappingProxyType({name: ModelForm(**fields) for name, fields in table.items()})


def resolve(
    spec: str,
    *,
    base_url: str | None = None,
    options: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    secrets: tuple[str, ...] = (),
) -> Model:
    """The model that a specification names.

    Args:
        spec: a form that `known_models` lists, e.g. `URL#ID` or `hf/REPO_OR_FOLDER`, or a name
            in the zoo.
        base_url: the server to ask instead of the one the specification implies.
        options: settings as text; `SETTINGS` and `OTHER` of `settings.py` name them.
        answers: the answer key of `mock/saint` and `mock/wretch`.
        secrets: what else the server of a `URL#ID` may say of a failure and must not be shown.

    Raises:
        UnknownNameError: the specification has no known form and is no name in the zoo.
        ConfigError: a setting cannot be read or is for other models, a key is missing, the
            specification is an address without its scheme or holds one in a name, or the model of
            the zoo is retired or must be served first.
    """
    chosen = dict(options or {})
    check_spec(spec, chosen)
    limits(chosen)  # refuses what cannot be, also where there is no connection to limit
    kind, _, rest = spec.partition("/")
    if spec.startswith(("http://", "https://")):
        return served(spec, base_url, chosen, secrets)
    if spec == "demo":
        from multitrust.models import hf

        return hf.demo(chosen)
    if kind in LOCAL and rest:
        return local(kind, rest, chosen)
    if kind in HOSTS and rest:
        return hosted(spec, HOSTS[kind], rest, base_url, chosen)
    if kind == "openai-moderation" and rest:
        return moderation(spec, rest, base_url, chosen)
    if spec == "perspective":
        return perspective(spec, base_url, chosen)
    if kind == "mock" and rest:
        return mock(rest, answers)
    if spec in zoo():
        found = zoo()[spec]
        chosen = {**settings_of(found, base_url), **chosen}
        return resolve(spec_of(found, base_url), base_url=base_url, options=chosen)
    if looks_like_address(spec):
        raise without_scheme(spec)
    raise unknown(spec, base_url)


def unknown(spec: str, base_url: str | None) -> ConfigError:
    """The error for a name that no model has, with what may have been meant."""
    known = [form.form for form in known_models()] + [f"mock/{name}" for name in MOCKS]
    shown = show_address(spec)
    error = UnknownNameError("model", shown, known if "/" in spec else [*known, *zoo()])
    if not base_url:
        return error
    server = show_address(base_url.rstrip("/"))
    near = f"; or {error.near}" if error.near else ""
    return ConfigError(
        f"unknown model {shown!r}; at a server of your own any name is written after its address: "
        f"--model {server}#{shown}{near}"
    )


def without_scheme(spec: str) -> ConfigError:
    """The error for a model's name that seems to be an address, but lacks `http://`."""
    suggested = suggest_address(spec)
    if suggested is None:
        hint = "a server is named e.g. http://127.0.0.1:8000/v1#my-model"
    else:
        model = "" if "#" in suggested else "#MODEL"
        secure = "" if suggested.startswith("https") else ", or the same with https://"
        hint = f"did you mean {suggested}{model}{secure}?"
    return ConfigError(f"there is no model {show_address(spec)!r}; {hint}")


def check_spec(spec: str, settings: Iterable[str]) -> None:
    """See that settings are for a model, and that its name holds no address.

    Raises:
        UnknownNameError: a setting does not exist.
        ConfigError: a setting is for other models; an address stands where a name belongs.
    """
    kind = kind_of(spec)
    if kind in LOCAL:
        if "://" in spec:
            check_model_name(spec, spec)
    elif kind:
        check_model_name(spec, spec.partition("#" if kind == SERVER.name else "/")[2])
    check_settings(settings, spec)


def is_offline(options: Mapping[str, str]) -> bool:
    """Whether no connection may leave this machine."""
    return options.get("offline", "").casefold() in ("1", "true", "yes")


def limits(options: Mapping[str, str]) -> Limits:
    """The limits that the settings name; their defaults otherwise.

    Raises:
        ConfigError: a setting is not a positive number.
    """
    values: dict[str, int | float] = {}
    for name, kind in SETTINGS.items():
        if name in options:
            try:
                values[name] = kind(options[name])
            except ValueError:
                raise ConfigError(
                    f"-M {name}={options[name]}: expected {kind.__name__}, e.g. -M {name}=8"
                ) from None
            if not values[name] >= LEAST.get(name, 0):
                raise ConfigError(f"-M {name}={options[name]} must be positive")
    return Limits(**values)  # type: ignore[arg-type]


def local(kind: str, path: str, options: Mapping[str, str]) -> Model:
    """Weights in a folder or of a repository."""
    from multitrust.models import hf, text_hf

    offline = is_offline(options)
    if kind == "hf-classifier":
        return text_hf.classifier(path, options, offline=offline)
    if kind == "hf-completion":
        return text_hf.completion(path, options, offline=offline)
    return hf.load(path, options, offline=offline)


def hosted(
    spec: str,
    host: Host,
    model: str,
    base_url: str | None,
    options: Mapping[str, str],
    secrets: tuple[str, ...] = (),
) -> Model:
    """A model at a host, or at another address that speaks the same format.

    Raises:
        ConfigError: there is no address, or no key where one is needed.
    """
    from multitrust.models.providers import Place, identity_of, provider

    url, key = address(spec, host, base_url), key_in(*host.keys)
    given = {setting: key_in(*names) for setting, names in host.variables.items()} | dict(options)
    version = given.get("api_version") or host.version
    place = Place(host=host, url=url, model=model, key=key, version=version, options=given)
    spoken = replace(provider(place), secrets=secrets)
    return asked(identity_of(spec, place), model, spoken, options)


def address(spec: str, host: Host, base_url: str | None) -> str:
    """Where a host is asked, without a slash at the end.

    Raises:
        ConfigError: there is no address, it cannot be used, or it needs a key that is not there.
    """
    named = "" if base_url else next(filter(key_in, host.addresses), "")
    url = (base_url or (key_in(named) if named else host.url)).rstrip("/")
    if not url:
        raise ConfigError(f"{spec} needs an address: set {host.addresses[0]}, or --model-base-url")
    try:
        check_address(url, host.keys[0])
    except ConfigError as error:
        raise ConfigError(f"in {named}: {error}" if named else str(error)) from None
    if host.is_at(url) and not host.local and not key_in(*host.keys):
        elsewhere = f", or {host.addresses[0]} to a server" if host.url else ""
        raise ConfigError(f"{spec} needs a key: set {host.keys[0]}{elsewhere}")
    return url


def moderation(spec: str, model: str, base_url: str | None, options: Mapping[str, str]) -> Model:
    """A moderation model of the OpenAI API or of the server in OPENAI_BASE_URL."""
    from multitrust.models import services

    host = HOSTS["openai"]
    url = address(spec, host, base_url)
    identity = ModelIdentity(name=spec, server="" if url == host.url else url)
    return asked(identity, model, services.moderation(url, key_in("OPENAI_API_KEY")), options)


def perspective(spec: str, base_url: str | None, options: Mapping[str, str]) -> Model:
    """Google's Perspective, one request at a time: a project may send one a second."""
    from multitrust.models import services

    url = (base_url or services.PERSPECTIVE).rstrip("/")
    key = key_in("PERSPECTIVE_API_KEY", "perspective_apikey")
    if not base_url and not key:
        raise ConfigError(
            f"{spec} needs a key: set PERSPECTIVE_API_KEY; the service ends on 2026-12-31, and "
            "docs/judges.md says what can take its place"
        )
    check_address(url, "PERSPECTIVE_API_KEY")
    slowly = {"max_connections": "1", "requests_per_minute": "60", **options}
    identity = ModelIdentity(name=spec, server="" if url == services.PERSPECTIVE else url)
    return asked(identity, spec, services.perspective(url, key), slowly)


def served(
    spec: str, base_url: str | None, options: Mapping[str, str], secrets: tuple[str, ...]
) -> Model:
    """A model behind a server that is named by its address, as `URL#ID`.

    A slash at the end of the address makes no other model of it.

    Raises:
        ConfigError: the address cannot be used, or there is no name after it.
    """
    url, _, model = spec.partition("#")
    check_address(url, SERVER.keys[0])
    if not model:
        raise ConfigError(f"{url} names a server but no model; add it after #, e.g. {url}#my-model")
    url = url.rstrip("/")
    return hosted(f"{url}#{model}", SERVER, model, base_url or url, options, secrets)


def asked(
    identity: ModelIdentity, model: str, provider: Provider, options: Mapping[str, str]
) -> Model:
    """A model behind a provider, within the limits that the settings name."""
    from multitrust.models.http import HttpModel

    return HttpModel(
        identity.name,
        model,
        provider,
        limits(options),
        identity=identity,
        offline=is_offline(options),
    )
