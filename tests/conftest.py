"""What all tests share: a cache folder of their own."""

from __future__ import annotations

import os
import tempfile

os.environ["MULTITRUST_CACHE_DIR"] = tempfile.mkdtemp(prefix="multitrust-test-cache-")
