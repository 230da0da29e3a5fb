"""What all tests share: a cache folder for the whole run, a stub server and a tiny model."""

from __future__ import annotations

import gc
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SHARED = "TEST_CACHE_OF_MULTITRUST"
"""The variable by which processes that share the tests of one run know the run's cache folder."""
GIVEN = os.environ.get(SHARED)
CACHE = GIVEN or tempfile.mkdtemp(prefix="multitrust-test-cache-")
os.environ[SHARED] = os.environ["MULTITRUST_CACHE_DIR"] = CACHE
for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "MULTITRUST_API_KEY"):
    os.environ.pop(name, None)


NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
BROWSED = ("report/test_browser.py", "report/test_board_browser.py")
TRACED = ("cli/test_connections.py",)
STRACE = shutil.which("strace")
collect_ignore = [*([] if CHROMIUM else BROWSED), *([] if STRACE else TRACED)]


def pytest_collection_finish() -> None:
    """Spare the garbage collector the thousands of tests, which live to the end."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Remove the cache folder, in the process that made it."""
    if GIVEN is None:
        shutil.rmtree(CACHE, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out for want of a program."""
    if CHROMIUM is None:
        terminalreporter.write_line(
            f"no Chromium found: {' and '.join(BROWSED)} were left out; install one, or name it "
            "in the environment variable CHROMIUM"
        )
    if STRACE is None:
        terminalreporter.write_line(f"no strace found: {' and '.join(TRACED)} was left out")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; tests that ask for it are collected only where there is one."""
    assert CHROMIUM is not None
    return CHROMIUM


@pytest.fixture(scope="session")
def stub_module() -> ModuleType:
    """The module `stub_server.py` beside this file."""
    path = Path(__file__).with_name("stub_server.py")
    spec = importlib.util.spec_from_file_location("stub_server", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["stub_server"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def stub(stub_module: ModuleType) -> Iterator[Callable[..., Any]]:
    """`stub("429", "ok")` starts a server that behaves so; it ends with the test."""
    with ExitStack() as stack:

        def begin(*script: str, latency: float = 0.0) -> Any:
            made = stub_module.Stub(script=list(script), latency=latency)
            return stack.enter_context(stub_module.serving(made))

        yield begin


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str


@contextmanager
def kept_environment() -> Iterator[MutableMapping[str, str]]:
    """Variables to be set; they are as before afterwards."""
    before = dict(os.environ)
    try:
        yield os.environ
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture
def environment() -> Iterator[MutableMapping[str, str]]:
    """Variables to be set; they are as before after the test."""
    with kept_environment() as variables:
        yield variables


@pytest.fixture
def call() -> Callable[..., Outcome]:
    """`call("run", "--model", …, MULTITRUST_SEED="3")`: the command line in this process."""
    from multitrust.cli import main

    def run(*arguments: object, **variables: str) -> Outcome:
        out, err = StringIO(), StringIO()
        with kept_environment() as known:
            known.update(variables)
            with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
                main([str(argument) for argument in arguments])
        return Outcome(int(ended.value.code or 0), out.getvalue(), err.getvalue())

    return run


WORDS = (
    "what", "is", "this", "a", "red", "blue", "ball", "yes", "no", "where", "are", "the", "two",
    "things", "please", "answer", "now",
)  # fmt: skip


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LLaVA of a few thousand random weights with its processor."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import (
        CLIPImageProcessorPil,
        CLIPVisionConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        LlavaProcessor,
        PreTrainedTokenizerFast,
    )

    vocabulary = {w: i for i, w in enumerate(["<pad>", "<s>", "</s>", "<image>", "<unk>", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", 1)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>",
        unk_token="<unk>", additional_special_tokens=["<image>"],
    )  # fmt: skip
    pictures = CLIPImageProcessorPil(
        size={"height": 28, "width": 28}, do_center_crop=False, do_convert_rgb=True
    )
    processor = LlavaProcessor(
        image_processor=pictures, tokenizer=fast, patch_size=14, image_token="<image>",
        vision_feature_select_strategy="default", num_additional_image_tokens=1,
    )  # fmt: skip
    torch.manual_seed(3)
    model = LlavaForConditionalGeneration(
        LlavaConfig(
            vision_config=CLIPVisionConfig(
                hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
                image_size=28, patch_size=14, projection_dim=16,
            ),
            text_config=LlamaConfig(
                vocab_size=len(vocabulary), hidden_size=16, intermediate_size=32,
                num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=2,
                pad_token_id=0, bos_token_id=1, eos_token_id=2, initializer_range=0.6,
            ),
            image_token_index=3, vision_feature_layer=-1, image_seq_length=4,
        )
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tiny")
    model.save_pretrained(path)
    processor.save_pretrained(path)
    return path
