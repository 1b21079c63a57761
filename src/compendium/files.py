"""What the engine writes: whole or not there, inside its folder, and removed only where it wrote it itself."""

import json
import secrets
from pathlib import Path

from compendium.errors import DataError

RECORD = ".written.json"  # in each folder that `write_files` keeps: the names it wrote there


def inside(folder: Path, name: str) -> Path:
    """The path of the file or folder `name` in `folder`; DataError where the name leads elsewhere."""
    if name in ("", ".", "..") or any(sign in name for sign in "/\\\0"):
        raise DataError(f"{name!r} cannot be the name of a file in {folder.name}; use a plain name.")
    return folder / name


def write_files(folder: Path, files: dict[str, str | bytes]) -> None:
    """Make `folder` hold these files, and none that was written there before and is not asked for now.

    What somebody else put there stays. The record names a file before it is written, so that a build
    that was killed leaves nothing that the next one does not know.
    """
    targets = {name: inside(folder, name) for name in files}
    before = _recorded(folder)
    write_text(folder / RECORD, _listing(before | targets.keys()))
    for name in before - targets.keys():
        if (folder / name).is_file():
            (folder / name).unlink()
    for name, content in files.items():
        write_bytes(targets[name], content.encode() if isinstance(content, str) else content)
    write_text(folder / RECORD, _listing(targets.keys()))


def _recorded(folder: Path) -> set[str]:
    """The names that the record of a folder holds; none where there is no record, or it is damaged."""
    try:
        names = json.loads((folder / RECORD).read_text("utf-8"))
        return {name for name in names if inside(folder, name)}
    except (FileNotFoundError, ValueError, TypeError, DataError):
        return set()


def _listing(names) -> str:
    return json.dumps(sorted(names), indent=0, ensure_ascii=False) + "\n"


def write_text(path: Path, content: str) -> bool:
    """Write a text file unless it already holds `content`; whether it was written."""
    return write_bytes(path, content.encode())


def write_bytes(path: Path, content: bytes) -> bool:
    """Write a file unless it already holds `content`; whether it was written. It is whole, or not there.

    The temporary name is nobody else's, so that two who write the same file do not disturb each other.
    """
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(content)
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):  # where a disk is full the system does not say for which file
            error.filename = str(path)
        raise
    return True


def read_record(path: Path) -> dict:
    """What we noted in a file of JSON; empty where there is none, or it is damaged: it is then made anew."""
    return _object(path) or {}


def read_made(path: Path) -> dict:
    """What one step of a build made for the next; DataError where it is not there or damaged."""
    found = _object(path)
    if found is None:
        place = f"{path.parent.name}/{path.name}"
        raise DataError(f"{place} is not there, or damaged; 'make book' makes it anew.")
    return found


def _object(path: Path) -> dict | None:
    """The object that a file of JSON holds; None where it holds none."""
    try:
        found = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
