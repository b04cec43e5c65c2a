"""Error sentences of clock orders, shifts and hand-overs, as in `errors.py`."""

DESK_SENTENCES: dict[str, tuple[str, str]] = {
    "order_in_the_past": (
        "Lệnh tạm dừng không được bắt đầu trong quá khứ ({since}). Chọn từ bây giờ trở đi.",
        "A pause cannot begin in the past ({since}). Choose from now on.",
    ),
    "order_too_long": (
        "Lệnh tạm dừng dài nhất {days} ngày. Chọn ngày kết thúc sớm hơn, khi cần thì ra lệnh mới.",
        "A pause lasts {days} days at most. Choose an earlier end; order again when needed.",
    ),
    "order_over": (
        "Lệnh tạm dừng này đã hết. Tải lại danh sách.",
        "This pause is over already. Reload the list.",
    ),
    "no_such_order": (
        "Không có lệnh tạm dừng này. Tải lại danh sách.",
        "There is no such pause. Reload the list.",
    ),
    "already_in_shift": (
        "Bạn đã vào {shift} rồi. Muốn đổi người, hãy ra ca trước.",
        "You are in {shift} already. Sign out of it first.",
    ),
    "not_in_shift": (
        "Bạn chưa vào {shift}. Hãy vào ca trước.",
        "You are not in {shift}. Sign in to it first.",
    ),
    "no_shift_now": (
        "Thành phố chưa khai ca trực cho giờ này. Nhờ quản trị bổ sung bảng shift.",
        "The city has no shift for this hour. Ask IT to complete the table shift.",
    ),
    "nothing_handed_over": (
        "{shift} chưa bàn giao. Nhờ người của ca đó bàn giao trước.",
        "{shift} has handed over nothing yet. Ask its people to hand over first.",
    ),
    "handover_accepted": (
        "{by} đã nhận bàn giao này. Việc mới hãy ghi vào ca đang trực.",
        "{by} has accepted this hand-over. Put what is new into the present shift.",
    ),
    "handover_own": (
        "Người bàn giao không tự nhận. Nhờ người của ca sau nhận.",
        "Who hands over cannot accept it. Ask somebody of the next shift.",
    ),
}
