"""The files of an export on their way to its target, and the manifest that vouches for them."""

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from resources.object_store.writing import Sink, Target

MANIFEST = "export.json"


class Output:
    """Writes files and remembers the checksum of each; their list waits in a temporary file."""

    def __init__(self, target: Target, waiting: IO[bytes]) -> None:
        self._target = target
        self._written = waiting
        self.files = 0
        self.bytes = 0

    def write(self, path: str, data: bytes) -> None:
        """Write a small file."""
        self._target.write(path, data)
        self._note(path, len(data), hashlib.sha256(data).hexdigest())

    @contextmanager
    def create(self, path: str) -> Iterator["ChecksummedFile"]:
        """A file of any size, to be written once through."""
        with self._target.create(path) as sink:
            file = ChecksummedFile(sink)
            yield file
        self._note(path, file.size, file.sha256.hexdigest())

    def finish(self, manifest: dict[str, Any]) -> None:
        """Write the manifest: what is given, then the list of files in the order of writing."""
        head = json.dumps(manifest, ensure_ascii=False, indent=2).removesuffix("\n}")
        self._written.seek(0)
        with self._target.create(MANIFEST) as sink:
            sink.write(f'{head},\n  "files": ['.encode())
            for number, line in enumerate(self._written):
                sink.write(b",\n    " if number else b"\n    ")
                sink.write(line.rstrip())
            sink.write(b"\n  ]\n}\n")

    def _note(self, path: str, size: int, sha256: str) -> None:
        entry = {"path": path, "size": size, "sha256": sha256}
        self._written.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        self.files += 1
        self.bytes += size


class ChecksummedFile(io.RawIOBase):
    """A file that can only be appended to; `size` in bytes and `sha256` grow with it."""

    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self._sink = sink
        self.size = 0
        self.sha256 = hashlib.sha256()

    def writable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Bytes written so far."""
        return self.size

    def write(self, data: Any) -> int:
        """Append all of the bytes."""
        content = bytes(data)
        self._sink.write(content)
        self.sha256.update(content)
        self.size += len(content)
        return len(content)
