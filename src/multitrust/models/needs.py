"""What a model needs before it can be asked: packages, or a key. Nothing is loaded or asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from multitrust.core import ConfigError, Need, UnknownNameError, extra_need, is_hub_offline
from multitrust.models.hosts import HOSTS
from multitrust.models.quantization import METHODS
from multitrust.models.resolve import check_spec, forms, is_offline, resolve
from multitrust.models.settings import LOCAL
from multitrust.models.zoo import settings_of, spec_of, zoo


def model_needs(
    spec: str, *, base_url: str | None = None, options: Mapping[str, str] | None = None
) -> tuple[Need, ...]:
    """What a model needs, whether it is there or not. A served model needs no more than its key.

    Args:
        spec: as `resolve` takes it.
        base_url: the server to ask instead of the one that the specification implies.
        options: settings as text.

    Raises:
        UnknownNameError: the specification has no known form and is no name in the zoo.
        ConfigError: a setting cannot be read; the model of the zoo is retired or must be served.
    """
    chosen = dict(options or {})
    check_spec(spec, chosen)
    if spec in zoo():
        found = zoo()[spec]
        settings = {**settings_of(found, base_url), **chosen}
        return model_needs(spec_of(found, base_url), base_url=base_url, options=settings)
    kind = spec.partition("/")[0]
    if kind == "mock":
        return ()
    form = forms().get(kind)
    if form is not None and form.needs:
        extras = (form.needs, *quantization_extra(chosen))
        needed = tuple(extra_need(extra, user=spec) for extra in extras)
        if kind in LOCAL and not any(need.missing for need in needed):
            return (*needed, *weights_needs(spec, chosen))
        return needed
    return key_needs(spec, kind, base_url, chosen)


def weights_needs(spec: str, options: Mapping[str, str]) -> tuple[Need, ...]:
    """What is missing of a folder of weights; offline, of the hub's cache. Nothing if all is here.

    Whether a repository exists is not asked, as that would open a connection.

    Args:
        spec: `hf/REPO_OR_FOLDER`, or another form of `LOCAL`.
        options: settings as text.
    """
    path = spec.partition("/")[2]
    if Path(path).exists():
        return ()
    said = f"cannot load a model from {path!r}"
    if path.count("/") > 1 or path[:1] in ("/", ".", "~"):
        return (Need(kind="model", name=spec, missing=f"{said}: there is no such folder"),)
    if not (is_offline(options) or is_hub_offline()) or is_cached(path, options.get("revision")):
        return ()
    return (
        Need(
            kind="model",
            name=spec,
            missing=f"{said}: it is not on this machine; offline, only this machine was searched",
            mend=f"hf download {path}",
        ),
    )


def is_cached(repository: str, revision: str | None) -> bool:
    """Whether the hub's cache holds the configuration of a repository's weights."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(repository, "config.json", revision=revision)
    except HFValidationError:  # no name that a repository may have
        return False
    return isinstance(found, str)


def quantization_extra(options: Mapping[str, str]) -> tuple[str, ...]:
    """The extra of the quantization that is asked for, if any and if it is known."""
    method = METHODS.get(options.get("quantization", ""))
    return (method.extra,) if method is not None else ()


def key_needs(
    spec: str, kind: str, base_url: str | None, options: Mapping[str, str]
) -> tuple[Need, ...]:
    """The key or address of a served model; nothing where none is needed."""
    name = HOSTS[kind].keys[0] if kind in HOSTS else spec
    try:
        resolve(spec, base_url=base_url, options=options)
    except UnknownNameError:
        raise
    except ConfigError as error:
        return (Need(kind="key", name=name, missing=str(error)),)
    return (Need(kind="key", name=name),) if kind in HOSTS and not HOSTS[kind].local else ()
