"""Raster tiles from an `.mbtiles` file (an SQLite database, MBTiles 1.3)."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from console.domain.errors import InputError

_MIME = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}


def picture_mime(body: bytes) -> str | None:
    """MIME type of an image by its first bytes, or None."""
    return next((mime for magic, mime in _MIME.items() if body.startswith(magic)), None)


@dataclass(frozen=True, slots=True)
class TileInfo:
    """The file's own metadata."""

    name: str
    min_zoom: int
    max_zoom: int
    attribution: str


class MbTiles:
    """Reads tiles; read-only, for use from one thread."""

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            InputError: `not_a_basemap`: not an MBTiles file, or one without raster tiles.
        """
        try:
            self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        except sqlite3.Error as error:
            raise InputError("not_a_basemap", file=str(path), why=str(error)) from error
        try:
            meta = dict(self._db.execute("SELECT name, value FROM metadata"))
            low, high = self._db.execute(
                "SELECT min(zoom_level), max(zoom_level) FROM tiles"
            ).fetchone()
        except sqlite3.Error as error:
            self._db.close()
            raise InputError("not_a_basemap", file=str(path), why=str(error)) from error
        if low is None or meta.get("format", "png") not in ("png", "jpg", "jpeg", "webp"):
            self._db.close()
            raise InputError("not_a_basemap", file=str(path), why="no raster tiles")
        self.info = TileInfo(
            str(meta.get("name", "")), int(low), int(high), str(meta.get("attribution", ""))
        )

    def tile(self, z: int, x: int, y: int) -> tuple[str, bytes] | None:
        """(mime, bytes) of a tile by XYZ numbers; None if there is none or the file is broken."""
        if not 0 <= z <= 24:
            return None
        try:
            row = self._db.execute(
                "SELECT tile_data FROM tiles"
                " WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                (z, x, 2**z - 1 - y),
            ).fetchone()
        except sqlite3.Error:
            return None
        if row is None or not isinstance(row[0], bytes):
            return None
        mime = picture_mime(row[0])
        return (mime, row[0]) if mime else None

    def close(self) -> None:
        """Close the file."""
        self._db.close()
