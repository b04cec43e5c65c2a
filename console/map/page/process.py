"""The map page from a process of its own: folium and what it brings (numpy, requests) are 35 MB
that the page does not need once it is made, and importing them would hold the window up.

The child makes one page with marks for its id, centre and zoom; every page of this process is that
text with the marks filled in, so that a page after a dead renderer costs nothing.
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
    """The child made no page; the message tells what it said."""


@lru_cache(maxsize=1)
def marked_page() -> Page:
    """The page with its marks, from the child; 0.5 to 1 s the first time.

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
    except ValueError as problem:  # a start file of this Python that writes, too
        raise PageBuildError(made.stdout.decode(errors="replace")[:2000]) from problem
    return Page(path, {name: (mime, text) for name, (mime, text) in files.items()})


def make_page(map_id: str, centre: tuple[float, float], zoom: int) -> Page:
    """A page of this id that opens at this place.

    Args:
        map_id: letters and digits, new for each page of this process.
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
