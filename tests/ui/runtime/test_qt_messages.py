"""Only complaints about our own choices are filtered from Qt's messages."""

import pytest
from PySide6.QtCore import QCoreApplication, qInstallMessageHandler, qWarning

from console.ui.runtime.qt_messages import MEANT_SO, leave_out_what_is_meant_so


def test_what_is_meant_so_is_left_out_and_the_rest_is_written(
    qapp: QCoreApplication, capfd: pytest.CaptureFixture[str]
) -> None:
    leave_out_what_is_meant_so(qapp)
    try:
        for each in MEANT_SO:
            qWarning(each)
        qWarning("QPainter::begin: Paint device returned engine == 0")
    finally:
        qInstallMessageHandler(None)
    assert capfd.readouterr().err.splitlines() == [
        "QPainter::begin: Paint device returned engine == 0"
    ]
