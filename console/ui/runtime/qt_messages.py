"""Filters Qt's messages on standard error.

The window uses no OpenGL (`software_rendering.py`), and Qt complains about that at the first map.
The log should show what is wrong, not what is intended. Everything else is written as Qt writes it.
"""

import logging
import sys

from PySide6.QtCore import (
    QCoreApplication,
    QMessageLogContext,
    QtMsgType,
    qFormatLogMessage,
    qInstallMessageHandler,
)

log = logging.getLogger(__name__)

MEANT_SO = (
    "QXcbIntegration: Cannot create platform OpenGL context, neither GLX nor EGL are enabled",
    "QXcbIntegration: Cannot create platform offscreen surface, neither GLX nor EGL are enabled",
    "QRhiGles2: Failed to create temporary context",
    "QRhiGles2: Failed to create context",
    "Failed to create RHI for backend: OpenGL",
)


def leave_out_what_is_meant_so(app: QCoreApplication) -> None:
    """Filter from now until the end of the program; Qt's last messages come when Python may be
    gone.
    """
    qInstallMessageHandler(_write)
    app.aboutToQuit.connect(lambda: qInstallMessageHandler(None))


def _write(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    if text in MEANT_SO:
        log.debug("%s", text)
    elif sys.stderr is not None:
        sys.stderr.write(f"{qFormatLogMessage(kind, context, text)}\n")
        sys.stderr.flush()
