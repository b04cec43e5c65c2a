"""Words on the map that both engines and the tools use."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

ASSETS_FROM_ZOOM = 15
"""Below this zoom there are too many assets to tell apart."""


def asset_names() -> Mapping[str, str]:
    """The names of the kinds of assets."""

    def _said(text: str) -> str:
        return QCoreApplication.translate("map", text)

    return {
        "lamp": _said("Trụ đèn"),
        "manhole": _said("Hố ga"),
        "tree": _said("Cây xanh"),
        "bus_stop": _said("Trạm xe buýt"),
    }
