"""One process at a time in a run folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from multitrust.core import StoreError
from multitrust.run.files import check_regular
from multitrust.run.folder_files import check_links


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system lets go of it when the process ends, however it ends.

    Raises:
        StoreError: another process holds it, or another call in this one; or files of the run are
            links out of the folder.
        OSError: its file cannot be written.
    """
    import fcntl

    path = folder / "lock"
    check_regular(path)
    check_links(folder)
    with path.open("a+", encoding="ascii", errors="replace") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read(20).strip() or "unknown"
            if holder == str(os.getpid()):
                raise StoreError(
                    f"this process is already running in {folder}: wait until its other call of "
                    "execute or rescore has ended, or choose another folder"
                ) from None
            raise StoreError(
                f"another process (pid {holder}) is running in {folder}; wait for it or stop it"
            ) from None
        with suppress(OSError):  # the number is for people; a full disk must not cost the lock
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
        yield
