"""All blocks of a folder, and the one that makes a thing: exactly one, or none is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from albdoctor.errors import quoted, system_words
from albdoctor.facts.known import Kind
from albdoctor.iac import cloudformation, state, terraform
from albdoctor.iac.block import Block, Thing
from albdoctor.iac.files import ALL_BYTES, MOST_BYTES, STATE, STATE_BYTES, TooManyError, content_of, files
from albdoctor.iac.state import Address
from albdoctor.text import Text

NOT_READ = Text(en="{file} is not read: {why}", ko="{file}: 읽지 못했습니다. {why}")
TOO_LONG = Text(en="it is too long", ko="너무 깁니다")
TOO_MUCH = Text(
    en="{folder} holds more than is looked through: name a smaller folder (--iac)",
    ko="{folder}: 살펴볼 수 있는 양보다 많습니다. 더 작은 폴더를 지정하세요(--iac)",
)


class Note(Struct, frozen=True):
    """Something that could not be read, and why."""

    said: Text
    file: Path
    why: Text | str = ""


class Code:
    """Blocks, calls of modules and states of a folder."""

    def __init__(self, folder: Path) -> None:
        """Have read nothing."""
        self.folder = folder
        self.notes: list[Note] = []
        self._blocks: list[Block] = []
        self._calls: dict[tuple[Path, str], Path] = {}
        self._states: dict[str, set[tuple[Path | None, Address]]] = defaultdict(set)
        self._unread: list[bytes] = []
        self._whole = True

    def read(self) -> None:
        """Read the folder; what cannot be read is noted."""
        left = ALL_BYTES
        try:
            for path in files(self.folder):
                left -= self._read(path)
                if left < 0:
                    self._too_much()
                    return
        except TooManyError:
            self._too_much()

    def _too_much(self) -> None:
        self._whole = False
        self.notes.append(Note(TOO_MUCH, self.folder))

    def _read(self, path: Path) -> int:
        """Read a file; give the number of bytes that were parsed."""
        if path.name == STATE:
            self.read_state(path, path.parent)
            return 0
        content = self._content(path)
        is_terraform = path.suffix == ".tf"
        words = terraform.WORDS if is_terraform else cloudformation.WORDS
        if content is None or not words.search(content):
            return 0
        self._parse(path, content, is_terraform=is_terraform)
        return len(content)

    def read_state(self, path: Path, root: Path | None = None) -> None:
        """Read a state; `root` is the folder of its configuration, where that is known."""
        try:
            content = content_of(path, STATE_BYTES)
            for id_, address in state.read(content) if content is not None else ():
                self._states[id_].add((root, address))
        except OSError as error:
            self.notes.append(Note(NOT_READ, path, system_words(error)))
        except (ValueError, RecursionError) as error:
            self.notes.append(Note(NOT_READ, path, quoted(error)))

    def _content(self, path: Path) -> bytes | None:
        try:
            content = content_of(path, MOST_BYTES)
        except OSError as error:
            self.notes.append(Note(NOT_READ, path, system_words(error)))
            self._whole = False
            return None
        if content is None and path.suffix == ".tf":
            self.notes.append(Note(NOT_READ, path, TOO_LONG))
            self._whole = False
        return content

    def _parse(self, path: Path, content: bytes, *, is_terraform: bool) -> None:
        read = terraform.read if is_terraform else cloudformation.read
        try:
            for one in tuple(read(content.decode(), path)):
                if isinstance(one, Block):
                    self._blocks.append(one)
                else:
                    self._calls[one.folder, one.name] = one.source
        except Exception as error:  # noqa: BLE001 - somebody's file, and whatever a parser raises for it
            why = str(error).strip().partition("\n")[0][:200] or type(error).__name__
            self.notes.append(Note(NOT_READ, path, quoted(why)))
            self._unread.append(content)

    def block_of(self, thing: Thing) -> Block | None:
        """The block that makes a thing; None: there is none, or it is not certain."""
        if addresses := self._states.get(thing.id):
            found = {one for root, address in addresses for one in self._at(root, address)}
            return _only(found)
        if not self._whole:
            return None
        alike = [one for one in self._blocks if one.kind is thing.kind]
        if thing.logical:
            return _only(one for one in alike if one.scope == one.file and one.name == thing.logical)
        if thing.of is not None:
            return self._below(thing, alike)
        if not thing.called or any(thing.called.encode() in content for content in self._unread):
            return None
        return _only(one for one in alike if one.called.lower() == thing.called.lower())

    def _below(self, thing: Thing, alike: Iterable[Block]) -> Block | None:
        """A listener of a load balancer, a rule of a listener, a record of a zone, by what tells it from its like."""
        above = self.block_of(thing.of) if thing.of else None
        if above is None:  # a record's zone is often made elsewhere
            same = (one for one in alike if one.called == thing.called and one.type == thing.type)
            return _only(same) if thing.kind is Kind.RECORD else None
        mine = [one for one in alike if one.scope == above.scope and one.of == above.name]
        if thing.kind is Kind.LISTENER:
            return _only(one for one in mine if one.port == thing.port)
        if thing.kind is Kind.RULE:
            return _only(one for one in mine if one.priority == thing.priority)
        names = {thing.called, thing.called.removesuffix(f".{above.called}")}
        return _only(one for one in mine if one.called in names and one.type == thing.type)

    def _at(self, root: Path | None, address: Address) -> list[Block]:
        """The block at an address, from the folder of the root configuration on."""
        found: list[Block] = []
        for start in [root] if root else self._roots(address):
            folder: Path | None = start
            for module in address.modules:
                folder = self._calls.get((folder, module)) if folder else None
            found += [one for one in self._blocks if one.scope == folder and one.name == address.name]
        return found

    def _roots(self, address: Address) -> list[Path]:
        """Folders that may be the root: the one that was named, or else all that no other calls."""
        own = [one for one in self._blocks if one.scope == self.folder]
        if own or any(folder == self.folder for folder, _ in self._calls):
            return [self.folder]
        called = set(self._calls.values())
        places = {one.scope for one in self._blocks} | {folder for folder, _ in self._calls}
        return sorted(places - called) if address.name else []


def _only(found: Iterable[Block]) -> Block | None:
    """The only one; of several none is certain."""
    several = set(found)
    return several.pop() if len(several) == 1 else None
