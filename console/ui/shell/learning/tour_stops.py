"""The stops of the tour by role: the main work of an operator and of an agency's officer."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from console.domain.states import Role
from console.ui import actions
from console.ui.shell.learning.tour import Stop

translate = QCoreApplication.translate


def stops_for(role: Role, window: QWidget) -> tuple[Stop, ...]:
    """The stops for a role, with the keys in force."""
    officer = role is Role.OFFICER
    return (*(_agency(window) if officer else _switchboard(window)), *_everybody(window))


def _switchboard(window: QWidget) -> tuple[Stop, ...]:
    said = translate(
        "tour",
        "Có chuông, bấm {0} để nghe ở bất kỳ trang nào. Chuông không cướp con trỏ: đang gõ dở thì"
        " cứ gõ tiếp. {1} kết thúc, {2} chuyển máy.",
    )
    return (
        Stop(
            translate("tour", "Cuộc gọi ở đây"),
            said.format(*map(actions.key, ("call.answer", "call.hangup", "call.transfer"))),
            lambda: _child(window, "callbar"),
        ),
        Stop(
            translate("tour", "Phiếu phản ánh"),
            translate(
                "tour",
                "Gõ loại sự cố không cần dấu, ghi địa chỉ đúng lời người dân. Phiếu tự lưu nháp"
                " từng giây, mất điện cũng còn. {0} lưu và chuyển đơn vị.",
            ).format(actions.key("form.save")),
            lambda: _page_part(window, "deck"),
        ),
        Stop(
            translate("tour", "Bản đồ và phản ánh trùng"),
            translate(
                "tour",
                "Bấm bản đồ để ghim chỗ. Bên dưới hiện phản ánh có thể trùng: xem khoảng cách, ảnh"
                " rồi gộp, khỏi lập hai phiếu. {0} đưa bản đồ sang màn hình khác.",
            ).format(actions.key("window.map")),
            lambda: _page_part(window, "map_slot"),
        ),
    )


def _agency(window: QWidget) -> tuple[Stop, ...]:
    return (
        Stop(
            translate("tour", "Việc của đơn vị"),
            translate(
                "tour",
                "Mỗi dòng là một phản ánh đang chờ, dòng gấp nhất đứng trên. {0} nhận, {1} trả lại"
                " kèm lý do, {2} báo xong kèm ảnh.",
            ).format(*map(actions.key, ("queue.accept", "queue.refuse", "queue.report"))),
            lambda: _page_part(window, "table"),
        ),
    )


def _everybody(window: QWidget) -> tuple[Stop, ...]:
    return (
        Stop(
            translate("tour", "Các trang"),
            translate(
                "tour",
                "Ctrl và số mở từng trang. {0} tìm mọi thứ: lệnh, số phản ánh, đơn vị. Tên bạn ở"
                " dưới cùng: {1} bàn giao máy cho người khác.",
            ).format(actions.key("window.palette"), actions.key("window.handover")),
            lambda: _child(window, "rail"),
        ),
        Stop(
            translate("tour", "Kết nối và hoàn tác"),
            translate(
                "tour",
                "Mất mạng vẫn làm việc được, dòng này cho biết còn gì chưa đồng bộ. Lỡ tay? {0}"
                " hoàn tác bước vừa làm trong 30 giây.",
            ).format(actions.key("window.undo")),
            lambda: _child(window, "statusline"),
        ),
        Stop(
            translate("tour", "Mọi phím ở {0}").format(actions.key("window.keys")),
            translate(
                "tour",
                "Quên phím nào thì bấm {0}; đổi phím cũng ở đó. Muốn tập thử với người gọi mô"
                " phỏng: khởi động với --train.",
            ).format(actions.key("window.keys")),
            lambda: None,
        ),
    )


def _child(window: QWidget, kind: str) -> QWidget | None:
    found = (w for w in window.findChildren(QWidget) if w.property("ui") == kind and w.isVisible())
    return next(found, None)


def _page_part(window: QWidget, name: str) -> QWidget | None:
    """A part of the page in front, by its attribute name."""
    pages = (w for w in window.findChildren(QWidget) if w.property("ui") == "page")
    shown = next((page for page in pages if page.isVisible()), None)
    part = getattr(shown, name, None)
    return part if isinstance(part, QWidget) else None
