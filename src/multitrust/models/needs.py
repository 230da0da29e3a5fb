"""What a model needs before it can be asked: packages, or a key. Nothing is loaded or asked."""

from __future__ import annotations

from collections.abc import Mapping

from multitrust.core import ConfigError, Need, UnknownNameError, extra_need
from multitrust.models.hosts import HOSTS
from multitrust.models.quantization import METHODS
from multitrust.models.resolve import check_spec, forms, resolve
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
        return tuple(extra_need(extra, user=spec) for extra in extras)
    return key_needs(spec, kind, base_url, chosen)


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
