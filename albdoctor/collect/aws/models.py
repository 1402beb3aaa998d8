"""Reads the API models that botocore ships, faster than botocore does: they are most of the work of making clients."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import Any, cast

import msgspec

from albdoctor.collect.aws.newer import complete

ENDINGS = (".json", ".json.gz")


class _Reader:
    """In the place of botocore's `JSONFileLoader`: the same files, read by msgspec (no `OrderedDict`)."""

    def exists(self, file_path: str) -> bool:
        """Whether there is a model; the path has no ending."""
        return any(os.path.isfile(file_path + ending) for ending in ENDINGS)  # noqa: PTH113 - asked a thousand times

    def load_file(self, file_path: str) -> Any:  # noqa: ANN401 - JSON
        """Read a model, or None when there is none."""
        for ending in ENDINGS:
            try:
                with open(file_path + ending, "rb") as file:  # noqa: PTH123 - pathlib costs more than the opening
                    content = file.read()
            except FileNotFoundError:
                continue
            return msgspec.json.decode(gzip.decompress(content) if ending.endswith("gz") else content)
        return None


class _Services:
    """The names of the services that have a model of a kind; for one name, 400 folders need not be read."""

    def __init__(self, versions: Callable[[str], Sequence[str]], all_of_them: Callable[[], Iterable[str]]) -> None:
        self._versions = versions
        self._all = all_of_them

    def __contains__(self, service: str) -> bool:
        from botocore.exceptions import DataNotFoundError

        try:
            return bool(self._versions(service))
        except DataNotFoundError:
            return False

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())


@cache
def models(data_path: str) -> Any:  # noqa: ANN401 - botocore is untyped
    """The API models, read from disk once for all profiles and scans; `data_path` is botocore's (AWS_DATA_PATH).

    What a service's operation sends is told by the model that botocore ships, and by no other: a model in
    ~/.aws/models or AWS_DATA_PATH could make a read a write under the same name. What it is too old to know is added
    by `newer.py`. Where Regions and partitions are (`endpoints`, `partitions`) may be told there, as for closed
    partitions.
    """
    from botocore.loaders import Loader

    # As botocore.loaders.create_loader does it, which takes no reader.
    paths = [os.path.expanduser(os.path.expandvars(path)) for path in data_path.split(os.pathsep) if path]  # noqa: PTH111 - as botocore
    reader = cast("Any", _Reader())
    everywhere = Loader(extra_search_paths=paths, file_loader=reader)

    class Models(Loader):
        def list_available_services(self, type_name: str) -> Any:  # noqa: ANN401 - a list, for all that is asked of it
            whole = partial(super().list_available_services, type_name)
            return _Services(lambda service: self.list_api_versions(service, type_name), whole)

        def load_data_with_path(self, name: str) -> Any:  # noqa: ANN401 - JSON, and where it was
            return super().load_data_with_path(name) if os.sep in name else everywhere.load_data_with_path(name)

        def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:  # noqa: ANN401 - JSON
            model = super().load_service_model(service_name, type_name, api_version)
            if type_name == "service-2":
                complete(service_name, model["shapes"])
            return model

    return Models(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False, file_loader=reader)
