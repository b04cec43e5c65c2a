"""The window is painted by the processor: nothing in it needs OpenGL.

Widgets are painted that way in any case, and the map is a canvas without WebGL. With OpenGL,
WebEngine loads the driver into this process: on machines without a graphics card (VDI, RDP, Xvfb)
that is a compiler of 70 MB that draws slower than the canvas itself; on others it is code of the
driver that may take the window down. Stdlib only, because it must come before Qt.
"""

import os
import sys


def paint_by_processor() -> None:
    """Tell Qt to leave OpenGL alone; before the application is made.

    What stands in the environment already wins: with `QT_QUICK_BACKEND=rhi` and
    `QT_XCB_GL_INTEGRATION=xcb_glx` there is OpenGL again. That Qt finds no OpenGL at the first map
    is so, and no line of the log (`qt_messages.py`).
    """
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    if sys.platform == "linux":
        os.environ.setdefault("QT_XCB_GL_INTEGRATION", "none")
