"""What of Qt and of the system goes into the package: what is needed, and nothing under the GPL.

PyInstaller takes every plugin and every QML module, and with them Qt's charts, 3D and keyboard
(GPL) and copies of the system's desktop libraries, which Debian's packages bring and keep mended.
"""

import subprocess
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

type Entry = tuple[str, str, str]
"""Where it goes, where it comes from, PyInstaller's word for its kind."""

PLUGINS = {
    "iconengines": {"libqsvgicon"},
    "imageformats": {"libqjpeg", "libqsvg", "libqwebp"},
    "multimedia": {"libffmpegmediaplugin"},
    "platforminputcontexts": {
        "libcomposeplatforminputcontextplugin",
        "libibusplatforminputcontextplugin",
    },
    "platforms": {"libqminimal", "libqoffscreen", "libqwayland", "libqxcb"},
    "platformthemes": {"libqgtk3", "libqxdgdesktopportal"},
    "printsupport": {"libcupsprintersupport"},
    "tls": {"libqopensslbackend"},
    "wayland-decoration-client": {"libadwaita", "libbradient"},
    "wayland-graphics-integration-client": {"libqt-plugin-wayland-egl", "libshm-emulation-server"},
    "wayland-shell-integration": {"libqt-shell", "libwl-shell-plugin", "libxdg-shell"},
    "xcbglintegrations": {"libqxcb-egl-integration", "libqxcb-glx-integration"},
}
SYSTEM = {"libgcc_s.so.1", "libstdc++.so.6", "libuuid.so.1", "libz.so.1", "libzstd.so.1"}
"""Never brought along: the system's graphics drivers come into the program and need their own."""
LOCALES = {"en-US.pak", "vi.pak"}
GPL = (
    "Charts",
    "DataVisualization",
    "Graphs",
    "HttpServer",
    "Lottie",
    "NetworkAuth",
    "Quick3D",
    "QuickTimeline",
    "ShaderTools",
    "VirtualKeyboard",
    "WaylandCompositor",
)
"""Modules that the Qt Company gives away under the GPL only."""


def needed(file: str) -> list[str]:
    """Names of the libraries that a program or library says it needs."""
    said = subprocess.run(["objdump", "-p", file], capture_output=True, text=True, check=False)
    lines = [line.split() for line in said.stdout.splitlines()]
    return [words[1] for words in lines if words[:1] == ["NEEDED"]]


def trimmed(entries: Iterable[Entry], needs: Callable[[str], list[str]] = needed) -> list[Entry]:
    """What of these files the package has.

    Args:
        entries: binaries as PyInstaller found them.
        needs: what `needed` tells of a file.

    Raises:
        SystemExit: a library under the GPL would be needed.
    """
    named = {entry[0]: entry for entry in entries if _wanted(entry[0])}
    found = {PurePosixPath(name).name: name for name in named if not _link(named[name])}
    kept = {name for name in named if not _library(name) and not _link(named[name])}
    ways = [(name, name.startswith("PySide6/")) for name in sorted(kept)]
    while ways:
        name, by_qt = ways.pop()
        for library in needs(named[name][1]):
            other = found.get(library)
            # The desktop's libraries are the system's: the package names who brings them.
            if other is None or other in kept or (by_qt and "/" not in other):
                continue
            kept.add(other)
            ways.append((other, by_qt or other.startswith("PySide6/")))
    if foreign := sorted(name for name in kept if any(f"Qt6{word}" in name for word in GPL)):
        raise SystemExit("GPL: " + ", ".join(foreign))
    return [named[name] for name in sorted(kept)]


def trimmed_data(entries: Iterable[Entry], kept: Iterable[Entry]) -> list[Entry]:
    """What of the files that are no libraries the package has; no link without its library.

    Args:
        entries: data files and links as PyInstaller found them.
        kept: what `trimmed` gave.
    """
    there = {entry[0] for entry in kept}
    return [
        entry for entry in entries if _wanted(entry[0]) and (not _link(entry) or entry[1] in there)
    ]


def _wanted(name: str) -> bool:
    parts = PurePosixPath(name).parts
    match parts:
        case ("PySide6", "Qt", "plugins", kind, plugin):
            return plugin.split(".")[0] in PLUGINS.get(kind, ())
        case ("PySide6", "Qt", "translations", "qtwebengine_locales", locale):
            return locale in LOCALES
        case ("PySide6", "Qt", "translations" | "qml", *_):
            return False
        case ("PySide6", "Qt", "resources", "qtwebengine_devtools_resources.pak"):
            return False
    if name.endswith(".chk"):  # of the system's libnss
        return False
    return "__pycache__" not in parts and name not in SYSTEM


def _link(entry: Entry) -> bool:
    return entry[2] == "SYMLINK"


def _library(name: str) -> bool:
    """Only there because something else needs it."""
    path = PurePosixPath(name)
    shared = path.name.startswith("lib") and ".so" in path.name and "libpython" not in path.name
    return shared and str(path.parent) in {".", "PySide6", "PySide6/Qt/lib", "shiboken6"}
