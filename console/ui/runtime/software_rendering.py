"""The window is painted by the CPU: nothing in it needs OpenGL.

Widgets are painted that way in any case, and the map is a canvas without WebGL. With OpenGL,
WebEngine loads the driver into this process. On machines without a graphics card (VDI, RDP, Xvfb)
that is a 70 MB compiler that draws slower than the canvas; on others a bug in the driver can crash
the window. Standard library only, because it must run before Qt.
"""

import os
import sys


def paint_by_processor() -> None:
    """Tell Qt not to use OpenGL; call it before the application is created.

    Existing environment variables win: `QT_QUICK_BACKEND=rhi` and `QT_XCB_GL_INTEGRATION=xcb_glx`
        bring OpenGL back. Qt's complaint about missing OpenGL at the first map is filtered
        (`qt_messages.py`).
    """
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    if sys.platform == "linux":
        os.environ.setdefault("QT_XCB_GL_INTEGRATION", "none")
