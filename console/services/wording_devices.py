"""One sentence for each error code of settings, disk and devices, (Vietnamese, English)."""

DEVICE_SENTENCES: dict[str, tuple[str, str]] = {
    # --- configuration
    "config_missing": (
        "Không có tệp cấu hình {file}. Kiểm tra đường dẫn.",
        "There is no configuration file {file}. Check the path.",
    ),
    "config_broken": (
        "Tệp cấu hình {file} sai cú pháp: {what}. Hãy sửa lại.",
        "The configuration file {file} is broken: {what}. Correct it.",
    ),
    "config_unknown_key": (
        "{file}: không có mục cấu hình “{key}”. Xem `config --explain`.",
        "{file}: there is no setting “{key}”. See `config --explain`.",
    ),
    "config_bad_value": (
        "{file}: “{key}” có giá trị sai: {value}. Xem `config --explain`.",
        "{file}: “{key}” has a wrong value: {value}. See `config --explain`.",
    ),
    "secret_missing": (
        "Không đọc được tệp mật {file}. Kiểm tra đường dẫn và quyền.",
        "The secret file {file} cannot be read. Check path and rights.",
    ),
    "secret_world_readable": (
        "Tệp mật {file} ai cũng đọc được. Chạy: chmod 600 {file}",
        "Everybody can read the secret file {file}. Run: chmod 600 {file}",
    ),
    # --- store and files
    "disk_full": (
        "Đĩa đầy, chưa lưu được gì. Giữ nguyên phiếu, giải phóng đĩa rồi lưu lại.",
        "The disk is full, nothing was saved. Keep the form, make room, save again.",
    ),
    "store_failed": (
        "Kho tại chỗ không ghi được ({cause}). Giữ nguyên phiếu và báo bộ phận kỹ thuật.",
        "The local store could not be written ({cause}). Keep the form and tell IT.",
    ),
    "store_read_only": (
        "Kho tại chỗ chỉ đọc được ({cause}). Kiểm tra quyền ghi của thư mục hồ sơ.",
        "The local store is read-only ({cause}). Check the rights of the profile folder.",
    ),
    "store_damaged": (
        "Kho tại chỗ bị hỏng ({cause}). Báo bộ phận kỹ thuật khôi phục từ bản sao.",
        "The local store is damaged ({cause}). IT must restore it from a copy.",
    ),
    "store_missing": (
        "Chưa có kho dữ liệu trong {profile}. Mở chương trình một lần trước.",
        "There is no store in {profile}. Start the program once first.",
    ),
    "store_newer": (
        "Kho do phiên bản mới hơn tạo ({found}, máy này hiểu {known}). Cập nhật chương trình.",
        "A newer version made this store ({found}, this one knows {known}). Update the program.",
    ),
    "store_closed": (
        "Kho tại chỗ đã đóng. Mở lại chương trình.",
        "The local store is closed. Start the program again.",
    ),
    "profile_in_use": (
        "Hồ sơ {profile} đang mở ở cửa sổ khác. Dùng cửa sổ đó hoặc đóng nó trước.",
        "The profile {profile} is open elsewhere. Use that window or close it first.",
    ),
    "text_not_storable": (
        "Nội dung có ký tự không lưu được. Xóa ký tự lạ rồi lưu lại.",
        "The text holds a character that cannot be stored. Remove it and save again.",
    ),
    "file_missing": (
        "Không đọc được tệp {file}. Kiểm tra đường dẫn.",
        "The file {file} cannot be read. Check the path.",
    ),
    "file_too_large": (
        "Tệp {file} quá lớn, tối đa {limit_mb} MB. Chọn tệp nhỏ hơn.",
        "The file {file} is too large, at most {limit_mb} MB. Choose a smaller one.",
    ),
    "not_a_photo": (
        "Tệp {file} không phải ảnh, video hay PDF. Chọn tệp khác.",
        "The file {file} is no photo, video or PDF. Choose another.",
    ),
    # --- modem and SMS
    "modem_down": (
        "Modem {device} không trả lời. Kiểm tra dây cắm và nguồn; máy tự nối lại.",
        "The modem {device} does not answer. Check cable and power; it reconnects by itself.",
    ),
    "modem_silent": (
        "Modem không trả lời lệnh gửi, sẽ gửi lại.",
        "The modem did not answer the send command; it will be tried again.",
    ),
    "modem_pin_needed": (
        "SIM cần mã PIN. Khai pin_file trong cấu hình [[sms]].",
        "The SIM needs a PIN. Set pin_file in [[sms]].",
    ),
    "modem_pin_wrong": (
        "Mã PIN của SIM sai. Sửa tệp PIN trước khi thử lại, kẻo SIM bị khóa.",
        "The SIM's PIN is wrong. Correct the PIN file first, or the SIM locks itself.",
    ),
    "modem_pin_few_left": (
        "SIM chỉ còn {left} lần thử PIN nên máy không thử. Nhập PIN bằng điện thoại.",
        "Only {left} PIN tries are left, so none is made. Enter the PIN in a telephone.",
    ),
    "modem_pin_blocked": (
        "SIM đã khóa ({state}). Mở khóa bằng mã PUK trên điện thoại.",
        "The SIM is locked ({state}). Unlock it with the PUK in a telephone.",
    ),
    "modem_sim_missing": (
        "Modem không có SIM. Lắp SIM rồi cắm lại modem.",
        "The modem has no SIM. Put one in and plug the modem in again.",
    ),
    "sms_cut_off": (
        "Mất kết nối lúc đang gửi, không rõ tin đã đi chưa. Xem lại rồi tự quyết định gửi lại.",
        "Cut off while sending; the message may have gone. Decide yourself whether to resend.",
    ),
    "sms_partly_sent": (
        "Tin dài mới gửi được một phần. Xem lại rồi tự quyết định gửi lại.",
        "Only a part of the long message went out. Decide yourself whether to resend.",
    ),
    "pdu_refused": (
        "Không đọc được tin SMS: {why}. Bản gốc được giữ lại.",
        "The SMS cannot be read: {why}. Its raw form is kept.",
    ),
    # --- exchange
    "ami_action_refused": (
        "Không gửi lệnh “{action}” tới tổng đài vì giá trị có ký tự cấm. Kiểm tra số và lý do.",
        "“{action}” was not sent to the PBX: a value holds forbidden characters. Check it.",
    ),
}
