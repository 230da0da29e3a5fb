"""The tasks on the official data, one file each, by the name of the task's own."""

from multitrust.tasks.official.protocol import (
    POSITION,
    Arm,
    Chain,
    OfficialTask,
    Result,
    Say,
    Wording,
)

__all__ = ["POSITION", "Arm", "Chain", "OfficialTask", "Result", "Say", "Wording"]
