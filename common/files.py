"""Files that are either whole or absent."""

import hashlib
import os
import tempfile
from pathlib import Path

BLOCK = 1024 * 1024


def write_file(path: Path, content: bytes) -> str:
    """Write ``content`` under a temporary name, flush it to disk, then rename; return its SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return hashlib.sha256(content).hexdigest()


def sync_folder(path: Path) -> None:
    """Flush a folder's list of names to disk, so that a rename in it outlives a power cut."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def file_digest(path: Path) -> tuple[str, int]:
    """Return (SHA-256, bytes) of a file, read in blocks."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size
