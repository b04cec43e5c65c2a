"""A photo as a phone takes it."""

import subprocess
from pathlib import Path


def a_photo(path: Path) -> Path:
    """Write a small picture there, by ImageMagick; its ending names the format."""
    subprocess.run(
        ["convert", "-size", "640x480", "gradient:#9fb4c7-#4a4f55", str(path)], check=True
    )
    return path
