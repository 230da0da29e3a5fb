"""`multitrust serve`: an OpenAI-compatible endpoint in front of a model or a function."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import click

from multitrust.cli.logs import logged
from multitrust.cli.options import model_settings, offline_flag, settings_flag
from multitrust.core import ConfigError, Model

UNSERVED = "interrupted while the model was loaded; nothing was served"


@click.command("serve")
@click.argument("model", required=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 for a free one.",
)
@click.option("--api-key", default="", help="Answer only requests that show this key.")
@click.option("--name", help="What the model is called; by default as it was named here.")
@settings_flag
@offline_flag
@click.option(
    "--write-wrapper",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the endpoint for other environments to a file, and serve nothing.",
)
@logged
def command(
    model: str | None,
    host: str,
    port: int,
    api_key: str,
    name: str | None,
    settings: tuple[str, ...],
    offline: bool,
    write_wrapper: Path | None,
) -> None:
    """Serve a model, or a function FILE.py:FUNCTION, as an OpenAI-compatible endpoint.

    MODEL is named as for `multitrust run --model`. The function takes (images, text), images being
    a list of PIL images, or (messages), and returns the answer. Ctrl-C ends it.
    """
    if write_wrapper is not None:
        return write(write_wrapper)
    if model is None or not model.strip():
        raise ConfigError("nothing to serve; name a model or FILE.py:FUNCTION, e.g. demo")
    from multitrust.interop import Endpoint, serve

    served = served_model(model, model_settings(settings, None, None, None, offline))
    called = name or (model if served.name == model else served.name)
    endpoint = Endpoint(served, called, api_key)
    if host not in ("127.0.0.1", "localhost", "::1") and not api_key:
        click.echo("anyone who reaches this machine can ask; --api-key keeps others out", err=True)
    said = f"serving {called} at "
    asyncio.run(until_stopped(serve(endpoint, host, port, lambda url: click.echo(said + url))))


async def until_stopped(serving: Coroutine[None, None, None]) -> None:
    """Serve until Ctrl-C or SIGTERM; both are the ordinary end of a server."""
    task = asyncio.ensure_future(serving)
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def served_model(spec: str, options: dict[str, str]) -> Model:
    """The model that is named, or the function.

    Raises:
        ConfigError: there is none.
        KeyboardInterrupt: a signal came while it was loaded; says that nothing was served.
    """
    from multitrust.interop import function_model, is_function
    from multitrust.models import resolve

    try:
        if is_function(spec):
            return function_model(spec, options)
        if Path(spec).suffix == ".py":
            raise ConfigError(
                f"{spec} is a file of Python; name the function in it, too, as FILE.py:FUNCTION, "
                f"e.g. {spec}:chat"
            )
        return resolve(spec, options=options)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(UNSERVED) from None


def write(path: Path) -> None:
    """Write the wrapper, which needs nothing but Python, to a new file.

    Raises:
        ConfigError: the file is there already.
    """
    text = files("multitrust.interop").joinpath("wrapper.py").read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ConfigError(f"{path} is there already; name a new file") from None
    click.echo(f"wrote {path}; run it as: python {path} model.py:chat --port 8000")
