"""Where the map page lives, what it may load, and the page in its parts."""

from dataclasses import dataclass

ORIGIN = "app://console"
"""Where the map page lives; every address in it starts so."""


POLICY = (
    "default-src 'none'; script-src app:; style-src app:; style-src-attr 'unsafe-inline'; "
    "img-src app: data: blob:; font-src app:; connect-src app:; worker-src app: blob:; "
    "base-uri 'none'; form-action 'none'"
)
"""Content-Security-Policy of the page (MAP.md 5): no inline code, nothing from outside."""


@dataclass(frozen=True, slots=True)
class Page:
    """The page in its parts; `files` are paths under the origin -> (mime, text).

    The id is in the file names: with the same address an old script would be taken from memory.
    """

    path: str
    files: dict[str, tuple[str, str]]
