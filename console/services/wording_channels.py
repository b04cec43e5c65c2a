"""One sentence for each error code of the written channels, (Vietnamese, English)."""

CHANNEL_SENTENCES: dict[str, tuple[str, str]] = {
    # --- gateway
    "standby": (
        "Một cổng tiếp nhận khác đang giữ kênh này; máy này chờ thay.",
        "Another gateway holds this channel; this one stands by.",
    ),
    "web_up": ("Máy chủ web đang nghe tại {address}.", "The web server listens at {address}."),
    "web_cannot_listen": (
        "Không mở được địa chỉ {address} ({cause}). Sửa open311.listen hoặc tắt chương trình khác.",
        "{address} cannot be opened ({cause}). Correct open311.listen or stop the other program.",
    ),
    "web_bad_address": (
        "Địa chỉ nghe “{address}” sai. Viết như 127.0.0.1:8311.",
        "The listening address “{address}” is wrong. Write it like 127.0.0.1:8311.",
    ),
    # --- e-mail
    "mail_up": ("Hộp thư điện tử hoạt động tốt.", "The mailbox works."),
    "mail_opening": ("Đang mở hộp thư điện tử.", "Opening the mailbox."),
    "mail_down": (
        "Mất kết nối máy chủ thư {host} ({cause}). Máy tự nối lại.",
        "The mail server {host} is away ({cause}). It reconnects by itself.",
    ),
    "mail_login_refused": (
        "Máy chủ thư {host} không nhận tài khoản. Kiểm tra username và password_file.",
        "The mail server {host} refuses the account. Check username and password_file.",
    ),
    "mail_needs_tls": (
        "Máy chủ thư {host} ở ngoài máy này nên phải dùng TLS. Bật imap_tls, smtp_tls.",
        "The mail server {host} is another machine, so TLS is needed. Set imap_tls and smtp_tls.",
    ),
    "mail_cannot_move": (
        "Không chuyển được thư đã nhận vào thư mục xử lý. Kiểm tra dung lượng hộp thư.",
        "Mail that was taken cannot be moved. Check the mailbox's quota.",
    ),
    "mail_unreadable": (
        "Không đọc được thư ({what}). Bản gốc được giữ lại.",
        "The mail cannot be read ({what}). Its raw form is kept.",
    ),
    "mail_cut_off": (
        "Mất kết nối lúc đang gửi thư, không rõ thư đã đi chưa. Xem lại rồi tự quyết định gửi lại.",
        "Cut off while sending; the mail may have gone. Decide yourself whether to resend.",
    ),
    "mail_server_away": (
        "Chưa nối được máy chủ gửi thư, sẽ gửi lại.",
        "The sending server is away; it will be tried again.",
    ),
    "smtp_refused": (
        "Máy chủ gửi thư từ chối (mã {n}). Kiểm tra địa chỉ người nhận.",
        "The mail server refused it (code {n}). Check the recipient's address.",
    ),
    "bounced": (
        "Thư bị trả lại. Kiểm tra địa chỉ, liên hệ bằng cách khác.",
        "The mail came back. Check the address, try another way.",
    ),
    "bounced_with_code": (
        "Thư bị trả lại (mã {n}). Kiểm tra địa chỉ, liên hệ bằng cách khác.",
        "The mail came back (code {n}). Check the address, try another way.",
    ),
}
