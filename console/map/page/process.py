"""Builds the map page in a child process.

folium with its dependencies (numpy, requests) takes 35 MB that nobody needs once the page is built,
and importing it would block the window.

The child builds one page with markers for id, centre and zoom. Each page of this process is that
text with the markers filled in, so that a new page after a renderer crash costs nothing.
"""

import json
import logging
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from console.map.page.origin import Page

logger = logging.getLogger(__name__)

_TIMEOUT_S = 60
MARKED_ID = "9page9id9"
MARKED_CENTRE = (12.1212121, 121.2121212)
MARKED_ZOOM = 1919191


class PageBuildError(RuntimeError):
    """The child built no page; the message has its output."""


@lru_cache(maxsize=1)
def marked_page() -> Page:
    """The page with its markers, from the child; 0.5 to 1 s the first time.

    Raises:
        PageError: the child could not be started or ended without a page.
    """
    try:
        made = subprocess.run(
            [sys.executable, "-m", "console.map.page.build"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd=Path(__file__).parents[3],
            timeout=_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise PageBuildError(str(problem)) from problem
    if made.returncode:
        raise PageBuildError(made.stderr.decode(errors="replace")[-2000:])
    try:
        path, files = json.loads(made.stdout)
    except ValueError as problem:  # for example a sitecustomize that prints
        raise PageBuildError(made.stdout.decode(errors="replace")[:2000]) from problem
    return Page(path, {name: (mime, text) for name, (mime, text) in files.items()})


def make_page(map_id: str, centre: tuple[float, float], zoom: int) -> Page:
    """A page with this id that opens at this place.

    Args:
        map_id: letters and digits, unique in this process.
        centre: (lat, long).
        zoom: 8 to 19.
    """

    def filled(text: str) -> str:
        text = text.replace(MARKED_ID, map_id).replace(str(MARKED_ZOOM), str(zoom))
        for mark, value in zip(MARKED_CENTRE, centre, strict=True):
            text = text.replace(str(mark), str(value))
        return text

    marked = marked_page()
    files = {filled(name): (mime, filled(text)) for name, (mime, text) in marked.files.items()}
    return Page(filled(marked.path), files)
