"""How weights of transformers are found and loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from multitrust.core import ConfigError, MissingExtraError, hub_access, read_installation
from multitrust.models.damage import damage_after, damage_before
from multitrust.models.facts import folder_digest, weight_facts
from multitrust.models.quantization import quantization
from multitrust.models.readers import reader_damage, reader_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of weights, by the names of the classes of transformers that load it."""

    model: str
    reader: str
    """What turns a request into tensors: a processor or a tokenizer."""
    words: str
    """How an error calls it."""
    dtype: str = "auto"
    """The number format on an accelerator; `auto` is the one of the weights."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """Weights in their place."""

    model: Any
    reader: Any
    batch_size: int
    revision: str
    """The commit of a repository or a digest of a folder's files."""
    settings: Mapping[str, str]
    """The form in which the weights are run, for the model's identity."""
    facts: Mapping[str, str]
    """What else could change an answer."""


def load_weights(kind: Kind, path: str, options: Mapping[str, str], *, offline: bool) -> Loaded:
    """The weights in a folder or of a repository.

    Args:
        kind: what they are.
        path: a folder with weights and reader, or a repository's name.
        options: `batch_size`, `device` (cuda, mps, cpu) or `device_map` (auto …), `dtype` (e.g.
            bfloat16), `quantization` (as `METHODS` names it), `attn_implementation`, `revision`,
            `trust_remote_code`.
        offline: take only what is on this machine; no connection is opened.

    Raises:
        MissingExtraError: torch, transformers or the package of a quantization is not installed.
        ConfigError: nothing whole can be loaded from there, or a setting cannot be read.
    """
    try:
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(error.name or "transformers", "local") from None
    with hub_access(offline=offline):
        return read_weights(kind, path, options, offline=offline)


def read_weights(kind: Kind, path: str, options: Mapping[str, str], *, offline: bool) -> Loaded:
    """The weights, where the hub's libraries may connect unless `offline`; as `load_weights`."""
    import transformers

    size = batch_size(options.get("batch_size", "32"))
    source = {
        "revision": options.get("revision"),
        "local_files_only": offline,
        "trust_remote_code": is_on(options.get("trust_remote_code", "")),
    }
    how = placement(kind, options)
    if wrong := damage_before(Path(path)):
        raise ConfigError(refusal(kind, path, wrong, offline))
    try:
        model, found = getattr(transformers, kind.model).from_pretrained(
            path, output_loading_info=True, **how, **source
        )
        reader = reader_of(kind.reader, path, model.config, source)
        revision = revision_of(model, path, options)
    except Exception as error:  # noqa: BLE001  whatever the libraries say of files that are broken
        wrong = damage_after(place_of(path)) or str(error) or type(error).__name__
        raise ConfigError(refusal(kind, path, wrong, offline)) from None
    if wrong := reader_damage(reader, model.config, Path(path)):
        raise ConfigError(refusal(kind, path, wrong, offline))
    absent = sorted(found["missing_keys"])
    if absent:
        raise ConfigError(
            f"{path!r} is not {kind.words}, or not all of one: it lacks {', '.join(absent[:5])}"
            f"{' …' if len(absent) > 5 else ''}, and random weights in their place would give "
            "random answers"
        )
    facts = weight_facts(model) | remote_code(source)
    return Loaded(
        model=model,
        reader=reader,
        batch_size=size,
        revision=revision,
        settings=form_of(facts, options),
        facts=facts | {"revision": revision},
    )


def place_of(path: str) -> Path:
    """The folder with the files of a model: its own, or where the hub's library keeps them."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    if Path(path).is_dir():
        return Path(path)
    try:
        found = try_to_load_from_cache(path, "config.json")
    except HFValidationError:
        return Path(path)
    return Path(found).parent if isinstance(found, str) else Path(path)


def placement(kind: Kind, options: Mapping[str, str]) -> dict[str, Any]:
    """Where and in which form the weights shall lie, as `from_pretrained` reads it.

    Raises:
        ConfigError: a setting cannot be read, or its package is not installed.
    """
    if "device" in options and "device_map" in options:
        raise ConfigError("-M device and -M device_map exclude each other; give one of them")
    device = options.get("device") or best_device()
    chosen: dict[str, Any] = {
        "dtype": dtype(options.get("dtype") or ("float32" if device == "cpu" else kind.dtype)),
        "device_map": options.get("device_map") or (None if device == "cpu" else device),
    }
    if "quantization" in options:
        chosen["quantization_config"] = quantization(options["quantization"])
    if "attn_implementation" in options:
        chosen["attn_implementation"] = options["attn_implementation"]
    return chosen


def dtype(name: str) -> Any:
    """A number format of torch by name; `auto` as it is.

    Raises:
        ConfigError: there is none of this name.
    """
    import torch

    found = name if name == "auto" else getattr(torch, name, None)
    if found != "auto" and not isinstance(found, torch.dtype):
        raise ConfigError(f"-M dtype={name} is unknown; use auto, float32, bfloat16 or float16")
    return found


def batch_size(text: str) -> int:
    """The most requests of a batch.

    Raises:
        ConfigError: it is no positive integer.
    """
    if not text.isdecimal() or int(text) < 1:
        raise ConfigError(f"-M batch_size={text}: expected a positive integer, e.g. 32")
    return int(text)


def is_on(text: str) -> bool:
    """Whether a setting is switched on."""
    return text.casefold() in ("1", "true", "yes")


def revision_of(model: Any, path: str, options: Mapping[str, str]) -> str:
    """What tells weights of one name apart: the commit, or a digest of the folder's files.

    A revision that was asked for says nothing of a folder, whose files may have been changed.
    """
    if Path(path).is_dir():
        return folder_digest(Path(path))
    return str(getattr(model.config, "_commit_hash", None) or options.get("revision", ""))


def form_of(facts: Mapping[str, str], options: Mapping[str, str]) -> dict[str, str]:
    """The form in which weights are run, for the model's identity.

    Number format and attention are those that were chosen in the end, as their defaults depend on
    the machine: float32 on a CPU, the format of the weights on a GPU. A quantization that is part
    of the weights is told by their revision. Device, batch size and versions of libraries, which
    move a number by no more than rounding, are facts of the manifest only.
    """
    form = {"dtype": facts["dtype"], "attn_implementation": facts["attention"]}
    if "quantization" in options:
        form["quantization"] = options["quantization"]
    return form | ({"trust_remote_code": "true"} if "remote_code" in facts else {})


def remote_code(source: Mapping[str, Any]) -> dict[str, str]:
    """The fact that code of the repository may have run; nothing if it may not."""
    return {"remote_code": "trusted"} if source["trust_remote_code"] else {}


def refusal(kind: Kind, path: str, reason: str, offline: bool) -> str:
    """Why nothing was loaded, and what to do."""
    hints = [f"expected a folder or a repository of {kind.words}"]
    if "trust_remote_code" in reason:
        hints.append("it brings code of its own; -M trust_remote_code=true lets that run")
    if Path(path).is_file():
        hints.append("this is a file; give the folder that it lies in")
    repository = path.count("/") <= 1 and path[:1] not in ("/", ".", "~")
    if not repository and not Path(path).exists():
        reason = "there is no such folder"
    if "backend tokenizer" in reason:
        hints.append("its tokenizer is missing or of an unknown kind: look for tokenizer.json")
    if "image processor" in reason:
        hints.append("look for processor_config.json or preprocessor_config.json")
    if "torchvision" in reason.casefold():
        hints.append(f"this family needs torchvision: {read_installation().pip} torchvision")
    if "ignore_mismatched_sizes" in reason:
        reason = "its weights do not have the shapes that its config.json describes"
        hints.append("are they of another size or version of the model?")
    if offline and not Path(path).exists():
        if "internet connection" in reason or not place_of(path).is_dir():
            reason = "it is not on this machine, or not all of it"
        hints.append(f"offline, only this machine was searched; to fetch it: hf download {path}")
    said = " ".join(reason[:400].split())[:300]
    return f"cannot load a model from {path!r}: {said}; {'; '.join(hints)}"


def best_device() -> str:
    """CUDA, else MPS, else the CPU."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
