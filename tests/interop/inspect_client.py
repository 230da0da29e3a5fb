"""A program that lets Inspect AI evaluate an endpoint: `python inspect_client.py URL LOG_DIR`.

Reads a question and samples (picture, target) as JSON; prints what Inspect's log holds as JSON.
"""

from __future__ import annotations

import json
import os
import sys

from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import ChatMessageUser, ContentImage, ContentText, GenerateConfig
from inspect_ai.scorer import includes
from inspect_ai.solver import generate

URL, LOGS = sys.argv[1:]
GIVEN = json.load(sys.stdin)
os.environ |= {"ENDPOINT_API_KEY": "none", "ENDPOINT_BASE_URL": URL}


def sample(picture: str, target: str) -> Sample:
    shown, asked = ContentImage(image=picture), ContentText(text=GIVEN["question"])
    return Sample(input=[ChatMessageUser(content=[shown, asked])], target=target)


task = Task(
    dataset=[sample(*given) for given in GIVEN["samples"]],
    solver=generate(),
    scorer=includes(),
    config=GenerateConfig(temperature=0, max_tokens=8, max_retries=0),
)
(log,) = eval(
    task, model="openai-api/endpoint/demo", log_dir=LOGS, display="none", log_format="json"
)
scores = log.results.scores if log.results else []
found = {
    "status": log.status,
    "error": str(log.error),
    "answers": [it.output.completion for it in sorted(log.samples or [], key=lambda it: it.id)],
    "accuracy": scores[0].metrics["accuracy"].value if scores else None,
}
sys.stdout.write(json.dumps(found) + "\n")
