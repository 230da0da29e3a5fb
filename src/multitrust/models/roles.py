"""Advice about models in other roles than the target's, whose settings are given with the model."""

from __future__ import annotations

import re

SETTING = re.compile(r"-M ([a-z_]+)(?:=([^\s;,()]+))?")
FLAG = re.compile(r"--(timeout|max-connections|max-retries)(?![-\w])")
"""Flags for the target; a setting of the same name does the same for a model in a role."""
LIMIT = re.compile(r"--max-tokens(,? or (?:with )?(?=-M ))?")
"""The limit of the target's answers, and what joins it to a setting that serves as well.

A judge's limit belongs to its prompt; the tokens that it may think are added to it.
"""
OPEN = "…"
"""Stands for the model's name, and for a value that is to be chosen."""


def settings_for_role(message: str, role: str) -> str:
    """A message about a model, with the settings that it advises as they are given in a role.

    `-M temperature=none` becomes `--judge '{model: …, temperature: none}'`.

    Args:
        message: an error or advice, in words for the target.
        role: the model's.
    """
    flag = "--judge '" if role == "judge" else f"--model-role '{role}="

    def given(name: str, value: str | None) -> str:
        return f"{flag}{{model: {OPEN}, {name.replace('-', '_')}: {value or OPEN}}}'"

    text = LIMIT.sub(lambda found: "" if found[1] else given("thinking_tokens", None), message)
    text = FLAG.sub(lambda found: given(found[1], None), text)
    return SETTING.sub(lambda found: given(found[1], found[2]), text)
