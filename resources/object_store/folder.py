r"""A folder as an object store, listed in the order and with the keys that S3 would give.

No path leaves the root: links that lead out are passed over, `..` is no key. Links inside are
followed. Only regular files are ever opened, because opening a pipe or a device may wait for ever.

A key is the file's relative path, unchanged. Where a name is not valid UTF-8, its odd bytes are
written `\xNN` in the key, and its backslashes `\x5c`, since a key must be text; `read` finds the
file by that key again.
"""

import errno
import mimetypes
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, unquote

from resources.errors import ObjectUnavailableError, SourceError
from resources.object_store.interface import (
    EmptySourceError,
    ObjectTooLargeError,
    OnPassedOver,
    StoredObject,
    ignore_passed_over,
)

LASTING = {errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP}
"""A folder that fails so is passed over; after any other fault a listing would be wrong."""
GONE = {errno.ENOENT, errno.ENOTDIR}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
ODD_BYTE = re.compile("[\udc80-\udcff]")
"""How Python reads a byte of a file name that is not UTF-8 (PEP 383)."""
ESCAPED_BYTE = re.compile(r"\\x(5c|[89a-f][0-9a-f])")

CONTENT_TYPES = mimetypes.MimeTypes()
for _suffix in ("webp", "avif", "heic", "heif"):
    CONTENT_TYPES.add_type(f"image/{_suffix}", f".{_suffix}")


@dataclass(slots=True)
class _OpenFolder:
    """A folder that the walk is in: what is left of it, the next entry last."""

    real: str
    key: str
    """Its key with a slash at the end, or "" for the root."""
    segments: list[str]
    """The last segments of keys below it; folders end in a slash."""
    names: dict[str, str]
    """The file names of those segments that are written otherwise."""
    links: dict[str, str]
    """Where those segments that are links lead."""


class FolderStore:
    """The files below `root`."""

    def __init__(self, root: Path) -> None:
        given = root.expanduser()
        self._given = os.path.normpath(Path.cwd() / given)
        self._root = os.path.realpath(given)
        self._inside = self._root.rstrip("/") + "/"
        self._uri = "file://" + quote(os.fsencode(self._root)).rstrip("/")

    @property
    def uri(self) -> str:
        """The `file://` URI of the real root, so that one folder by two names is one source."""
        return self._uri

    def __repr__(self) -> str:
        return f"FolderStore({self._root!r})"

    def list(
        self,
        prefix: str = "",
        *,
        start_after: str | None = None,
        on_passed_over: OnPassedOver = ignore_passed_over,
    ) -> Iterator[StoredObject]:
        """Objects in key order; one folder's names are held at a time, and those of its parents.

        Told as passed over: `link out of the source`, `broken link`, `link loop`, `special file`,
        `unreadable folder`, `unreadable file`, `ambiguous name`.
        """
        walk = _Walk(self._inside, prefix, start_after or "", on_passed_over)
        try:
            opened = [walk.open(self._root, "")]
        except OSError as error:
            raise self._cannot_list(error) from error
        while opened:
            folder = opened[-1]
            if not folder.segments:
                opened.pop()
                continue
            segment = folder.segments.pop()
            key = folder.key + segment
            name = folder.names.get(segment, segment)
            real = folder.links.get(segment, f"{folder.real.rstrip('/')}/{name}").rstrip("/")
            if not segment.endswith("/"):
                yield from self._listed(key, real, on_passed_over)
            elif any(real == parent.real for parent in opened):
                on_passed_over("link loop", key)
            else:
                try:
                    opened.append(walk.open(real, key))
                except OSError as error:
                    if error.errno in LASTING:
                        on_passed_over("unreadable folder", key)
                    elif error.errno not in GONE:
                        raise self._cannot_list(error) from error

    def list_unordered(
        self, prefix: str = "", *, on_passed_over: OnPassedOver = ignore_passed_over
    ) -> Iterator[StoredObject]:
        """As `list`: a disk is not waited for as a network is."""
        return self.list(prefix, on_passed_over=on_passed_over)

    def find(self, key: str) -> StoredObject | None:
        """The regular file of this key, or None."""
        try:
            real = self._real_path(key)
            status = Path(real).stat()
        except ObjectUnavailableError:
            return None
        except OSError as error:
            if error.errno in GONE | LASTING:
                return None
            raise self._cannot_list(error) from error
        return self._object(key, status) if stat.S_ISREG(status.st_mode) else None

    def read(self, key: str, *, max_bytes: int | None = None) -> bytes:
        """The file's bytes; only a regular file inside the root is opened."""
        try:
            real = self._real_path(key)
            if not stat.S_ISREG(Path(real).stat().st_mode):
                raise ObjectUnavailableError(
                    f"{self._uri}: '{key}' is not a regular file.",
                    "Only regular files are read.",
                    transient=False,
                )
            # Were a pipe put in its place just now, O_NONBLOCK keeps the opening from waiting.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            with open(os.open(real, flags), "rb") as file:  # noqa: PTH123 — a descriptor
                size = os.fstat(file.fileno()).st_size
                if max_bytes is not None and size > max_bytes:
                    raise ObjectTooLargeError(f"{self._uri}/{quote(key)}", size, max_bytes)
                return file.read()
        except OSError as error:
            raise self._cannot_read(key, error) from error

    def key_of(self, reference: str) -> str | None:
        """The key of a relative path, an absolute one, or a `file://` URI under the root."""
        path = reference
        if reference.startswith("file://"):
            _, slash, rest = reference.removeprefix("file://").partition("/")
            path = slash + unquote(rest, errors="surrogateescape")
        elif "://" in reference:
            return None
        if not path.startswith("/"):
            return path.removeprefix("./")
        path = os.path.normpath(path)
        for root in (self._inside, self._given.rstrip("/") + "/"):
            if path.startswith(root):
                return "/".join(map(_escaped, path[len(root) :].split("/")))
        return None

    def signed_url(self, key: str, seconds: int) -> str | None:
        """None: an endpoint cannot open a file of this machine."""
        return None

    def check(self) -> None:
        """Make sure that the root is a folder that can be listed and holds a file."""
        if next(self.list(), None) is None:
            raise EmptySourceError(
                f"the folder {self._root} has no file in it.", "Put photos there, then run again."
            )

    def _listed(self, key: str, real: str, on_passed_over: OnPassedOver) -> Iterator[StoredObject]:
        try:
            yield self._object(key, os.stat(real))  # noqa: PTH116 — a Path a file costs too much
        except OSError as error:
            if error.errno not in GONE:
                on_passed_over("unreadable file", key)

    def _object(self, key: str, status: os.stat_result) -> StoredObject:
        name = _unescaped_path(key, self._inside) if "\\x" in key else key
        return StoredObject(
            key=key,
            uri=f"{self._uri}/{quote(os.fsencode(name))}",
            size=status.st_size,
            etag=f"{status.st_mtime_ns:x}-{status.st_size:x}",
            last_modified=_time(status.st_mtime_ns),
            content_type=CONTENT_TYPES.guess_type(key.rpartition("/")[2])[0],
        )

    def _real_path(self, key: str) -> str:
        """Where the file of `key` is. Raises `ObjectUnavailableError` where that is outside."""
        outside = "\0" in key or not {"", ".", ".."}.isdisjoint(key.split("/"))
        if not outside:
            real = os.path.realpath(self._inside + _unescaped_path(key, self._inside))
            outside = not real.startswith(self._inside)
        if outside:
            raise ObjectUnavailableError(
                f"'{key}' does not lie inside {self._uri}.",
                "Name a file by its path below the source, and no link that leads out.",
                transient=False,
            )
        return real

    def _cannot_list(self, error: OSError) -> SourceError:
        if error.errno == errno.ENOENT:
            return SourceError(f"the folder {self._root} does not exist.", "Check the path.")
        if error.errno == errno.ENOTDIR:
            return SourceError(
                f"{self._root} is a file, not a folder.", "Name the folder that holds the photos."
            )
        if error.errno in {errno.EACCES, errno.EPERM}:
            return SourceError(
                f"the folder {self._root} may not be listed by this user.",
                f"Grant it: chmod u+rx '{self._root}', or run as its owner.",
            )
        return SourceError(
            f"{error.filename or self._root} cannot be listed: {error.strerror}.",
            "Check the disk or the network share, then run again.",
        )

    def _cannot_read(self, key: str, error: OSError) -> SourceError:
        if error.errno in GONE and not Path(self._root).is_dir():
            return self._cannot_list(error)
        where = f"'{key}' of {self._uri}"
        if error.errno in GONE | {errno.ELOOP}:
            return ObjectUnavailableError(
                f"{where} is not there.",
                "It was moved or removed: list the source again.",
                transient=False,
            )
        if error.errno in {errno.EACCES, errno.EPERM}:
            return ObjectUnavailableError(
                f"{where} may not be read by this user.",
                "Grant it with chmod u+r, or run as its owner.",
                transient=False,
            )
        return ObjectUnavailableError(
            f"{where} cannot be read: {error.strerror}.",
            "Check the disk or the network share, then run again.",
            transient=error.errno not in LASTING,
        )


class _Walk:
    """What one listing wants, and how it opens a folder."""

    def __init__(self, inside: str, prefix: str, after: str, report: OnPassedOver) -> None:
        self._inside = inside
        self._prefix = prefix
        self._after = after
        self._report = report

    def open(self, real: str, key: str) -> _OpenFolder:
        """Read the names in a folder. Raises OSError where that fails."""
        folder = _OpenFolder(real, key, [], {}, {})
        with os.scandir(real) as entries:
            for entry in entries:
                self._add(folder, entry)
        for segment in folder.names.keys() & set(folder.segments if folder.names else ()):
            self._report("ambiguous name", key + segment)
            del folder.names[segment]
        folder.segments = sorted([*folder.segments, *folder.names], reverse=True)
        return folder

    def _add(self, folder: _OpenFolder, entry: os.DirEntry[str]) -> None:
        segment = _escaped(entry.name)
        target = None
        if entry.is_symlink():
            target = os.path.realpath(entry.path)
            kind = self._kind_of_target(target)
        elif entry.is_dir(follow_symlinks=False):
            kind = "folder"
        else:
            kind = "file" if entry.is_file(follow_symlinks=False) else "special file"
        if kind == "folder":
            segment += "/"
        elif kind != "file":
            if self._wants(folder.key + segment):
                self._report(kind, folder.key + segment)
            return
        if not self._wants(folder.key + segment):
            return
        if segment.rstrip("/") != entry.name:
            folder.names[segment] = entry.name
        else:
            folder.segments.append(segment)
        if target is not None:
            folder.links[segment] = target

    def _kind_of_target(self, real: str) -> str:
        if not (real + "/").startswith(self._inside):
            return "link out of the source"
        try:
            mode = Path(real).stat().st_mode
        except OSError:
            return "broken link"
        if stat.S_ISDIR(mode):
            return "folder"
        return "file" if stat.S_ISREG(mode) else "special file"

    def _wants(self, key: str) -> bool:
        """Whether a file's key, or any key below a folder's, is asked for."""
        if key.endswith("/"):
            reaches = key.startswith(self._prefix) or self._prefix.startswith(key)
            return reaches and (key > self._after or self._after.startswith(key))
        return key.startswith(self._prefix) and key > self._after


def _escaped(name: str) -> str:
    if name.isascii() or not ODD_BYTE.search(name):
        return name
    return ODD_BYTE.sub(lambda odd: f"\\x{ord(odd[0]) & 0xFF:02x}", name.replace("\\", "\\x5c"))


def _unescaped_path(key: str, inside: str) -> str:
    r"""The path of a key below `inside`: `\xNN` is a byte unless a file is literally named so."""
    if "\\x" not in key:
        return key
    path = ""
    for segment in key.split("/"):
        literal = os.path.lexists(inside + path + segment)
        path += segment if literal else ESCAPED_BYTE.sub(_byte_of_name, segment)
        path += "/"
    return path.rstrip("/")


def _byte_of_name(escaped: re.Match[str]) -> str:
    value = int(escaped[1], 16)
    return chr(0xDC00 + value) if value >= 0x80 else chr(value)


def _time(nanoseconds: int) -> datetime:
    try:
        return EPOCH + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        return LATEST if nanoseconds > 0 else EARLIEST
