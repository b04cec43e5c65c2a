"""A hook of MkDocs: a Mermaid fence shows as the picture drawn from it (`tests/docs/drawings.py`),
because the site works without the internet. A fence without its picture fails the strict build.
"""

import logging
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Protocol

FENCE = re.compile(r"^```mermaid\n(.*?)^```$", re.DOTALL | re.MULTILINE)
log = logging.getLogger("mkdocs.hooks.drawings")


class _File(Protocol):
    src_uri: str


class _Page(Protocol):
    file: _File


def on_page_markdown(markdown: str, page: _Page, config: Mapping[str, object], **_: object) -> str:
    """Put the pictures in the place of the fences."""
    source = page.file.src_uri

    def picture(found: re.Match[str]) -> str:
        name = f"assets/drawings/{sha256(found[1].encode()).hexdigest()[:16]}.svg"
        if not (Path(str(config["docs_dir"])) / name).exists():
            log.warning("%s: a drawing has no picture; run tests.docs.drawings", source)
            return found[0]
        return f"![Drawing]({'../' * source.count('/')}{name})"

    return FENCE.sub(picture, markdown)
