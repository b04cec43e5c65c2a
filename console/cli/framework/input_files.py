"""Files that a verb is given to read, or has to write."""

from pathlib import Path

from console.domain.errors import InputError, UnavailableError
from console.domain.text.lines import texts_of


def readable(path: Path) -> Path:
    """Check that an ordinary file can be read there, and return its path.

    Raises:
        UnavailableError: `file_missing`; also for a folder, and for a pipe, which may never end.
    """
    try:
        if not path.is_file():
            raise UnavailableError("file_missing", file=str(path))
        with path.open("rb") as file:
            file.read(1)
    except (OSError, ValueError) as error:
        raise UnavailableError("file_missing", file=str(path)) from error
    return path


def require_folder_of(file: Path) -> None:
    """Check that the folder exists in which the file shall be.

    Raises:
        InputError: `no_such_folder`.
    """
    if not file.absolute().parent.is_dir():
        raise InputError("no_such_folder", folder=str(file.parent))


def lines_of(path: Path) -> list[str]:
    """The lines of a text in UTF-8, UTF-16 or windows-1258, without empty lines and comments."""
    with readable(path).open("rb") as file:
        lines = [line.rstrip("\r\n") for line in texts_of(file)]
    return [line for line in lines if line.strip() and not line.startswith("#")]
