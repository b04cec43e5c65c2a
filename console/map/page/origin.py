"""The origin of the map page, its Content-Security-Policy, and its parts."""

from dataclasses import dataclass

ORIGIN = "app://console"
"""Origin of the map page; every address in it starts with this."""


POLICY = (
    "default-src 'none'; script-src app:; style-src app:; style-src-attr 'unsafe-inline'; "
    "img-src app: data: blob:; font-src app:; connect-src app:; worker-src app: blob:; "
    "base-uri 'none'; form-action 'none'"
)
"""Content-Security-Policy of the page: no inline code, nothing from outside."""


@dataclass(frozen=True, slots=True)
class Page:
    """The page in its parts; `files` are paths under the origin -> (mime, text).

    The map's id is part of the file names: under an unchanged address the browser would reuse a
    cached script.
    """

    path: str
    files: dict[str, tuple[str, str]]
