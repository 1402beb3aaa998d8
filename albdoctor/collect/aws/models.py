"""Reads the API models that botocore ships, faster than botocore does: they are most of the work of making clients."""

from __future__ import annotations

import gzip
import os
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec

COMPRESSED = ".json.gz"
PLAIN = ".json"


class _Reader:
    """In the place of botocore's `JSONFileLoader`: the same files, read by msgspec (no `OrderedDict`)."""

    def exists(self, file_path: str) -> bool:
        """Whether there is a model; the path has no ending."""
        return Path(file_path + PLAIN).is_file() or Path(file_path + COMPRESSED).is_file()

    def load_file(self, file_path: str) -> Any:  # noqa: ANN401 - JSON
        """Read a model, or None when there is none."""
        for ending in (PLAIN, COMPRESSED):
            try:
                content = Path(file_path + ending).read_bytes()
            except FileNotFoundError:
                continue
            return msgspec.json.decode(gzip.decompress(content) if ending == COMPRESSED else content)
        return None


@cache
def models(data_path: str) -> Any:  # noqa: ANN401 - botocore is untyped
    """The API models, read from disk once for all profiles and scans; `data_path` is botocore's (AWS_DATA_PATH)."""
    from botocore.loaders import Loader

    # As botocore.loaders.create_loader does it, which takes no reader.
    paths = [str(Path(os.path.expandvars(path)).expanduser()) for path in data_path.split(os.pathsep) if path]
    return Loader(extra_search_paths=paths, file_loader=cast("Any", _Reader()))
