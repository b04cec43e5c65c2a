"""Words of the map that both engines and its tools say."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

ASSETS_FROM_ZOOM = 15
"""Farther out there are too many assets to be told apart."""


def asset_names() -> Mapping[str, str]:
    """Kind of an asset -> what it is called."""

    def _said(text: str) -> str:
        return QCoreApplication.translate("map", text)

    return {
        "lamp": _said("Trụ đèn"),
        "manhole": _said("Hố ga"),
        "tree": _said("Cây xanh"),
        "bus_stop": _said("Trạm xe buýt"),
    }
