"""Error sentences of the written channels, as in `errors.py`."""

CHANNEL_SENTENCES: dict[str, tuple[str, str]] = {
    # --- gateway
    "standby": (
        "Một cổng tiếp nhận khác đang giữ kênh này; máy này chờ thay.",
        "Another gateway holds this channel; this one stands by.",
    ),
    "gateway_silent": (
        "Không cổng tiếp nhận nào giữ kênh {channels} (trước đây: máy {where}). Khởi động lại.",
        "No gateway holds {channels} any more (it was at {where}). Start one again.",
    ),
    "tried_again": (
        "Đã thử {tries} lần, thử lại sau {again_s} giây.",
        "Tried {tries} times, next in {again_s} s.",
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
    "app_up": ("Kênh ứng dụng hoạt động tốt.", "The app's channel works."),
    "scanner_up": ("Máy quét vi-rút hoạt động tốt.", "The virus scanner works."),
    "scanner_away": (
        "Máy quét vi-rút {address} không trả lời; tệp mới bị khóa cho đến khi quét được.",
        "The virus scanner {address} does not answer; new files stay locked until it does.",
    ),
    "file_infected": (
        "Tệp {file} có vi-rút nên không được giữ lại.",
        "The file {file} is infected and was not kept.",
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
        "Mail that was received cannot be moved. Check the mailbox's quota.",
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
    # --- Open311
    "api_keys_broken": (
        "{file}, dòng {line}: mỗi khoá gồm tên, sha256, quyền (read,post,update), cách bằng Tab.",
        "{file}, line {line}: an api key is name, sha256, rights (read,post,update), with tabs.",
    ),
    "open311_missing": ("Thiếu {name}.", "{name} is missing."),
    "open311_no_number": (
        "{name} phải là một số: {value}.",
        "{name} must be a number: {value}.",
    ),
    "open311_no_page": (
        "{name} phải là một số từ 1 đến {most}.",
        "{name} must be a number from 1 to {most}.",
    ),
    "open311_no_place": (
        "Thiếu vị trí: cần lat và long, address_string hoặc address_id.",
        "A place is missing: give lat and long, address_string or address_id.",
    ),
    "open311_too_long": (
        "{name} dài quá {limit} ký tự.",
        "{name} is longer than {limit} characters.",
    ),
    "open311_bad_ref": (
        "attribute[client_ref] chỉ được có 1-128 chữ không dấu, không khoảng trắng.",
        "attribute[client_ref] must be 1-128 visible ASCII characters.",
    ),
    "open311_no_service": ("Không có loại sự cố {service}.", "There is no service {service}."),
    "open311_no_request": ("Không có phản ánh {value}.", "There is no request {value}."),
    "open311_no_token": ("Không có mã chờ {value}.", "There is no token {value}."),
    "open311_no_key": (
        "api_key thiếu, sai hoặc không có quyền này.",
        "api_key is missing, wrong or lacks this right.",
    ),
    "open311_too_often": ("Gửi quá nhanh, hãy đợi.", "Too many calls, wait a little."),
    "open311_bad_body": (
        "Không đọc được nội dung gửi lên. Gửi biểu mẫu UTF-8.",
        "The body cannot be read. Send a UTF-8 form.",
    ),
    "open311_too_large": (
        "Nội dung gửi lên lớn hơn {limit_mb} MB.",
        "The body is larger than {limit_mb} MB.",
    ),
    "open311_bad_date": (
        "{name} phải là ngày giờ ISO 8601 có múi giờ.",
        "{name} must be an ISO 8601 time with a zone.",
    ),
    "open311_span": (
        "Khoảng thời gian tối đa 90 ngày, start_date trước end_date.",
        "At most 90 days, start_date before end_date.",
    ),
    "open311_bad_status": ("status phải là open hoặc closed.", "status must be open or closed."),
    "open311_bad_method": ("Đường dẫn này không nhận {value}.", "This path takes no {value}."),
    "open311_no_path": ("Không có đường dẫn này.", "There is no such path."),
    "open311_joined": (
        "Đã ghép vào phản ánh {number}. Xem kết quả ở mã đó.",
        "Joined to request {number}. See the result there.",
    ),
    "open311_waiting": (
        "1022 đã nhận, đang chờ tổng đài viên xem.",
        "Received, waiting for an operator.",
    ),
    "open311_accepted": (
        "1022 đã nhận phản ánh, mã {number}.",
        "1022 has received the report, number {number}.",
    ),
    "open311_failed": (
        "Máy chủ chưa lưu được. Hãy gửi lại sau, cùng client_ref.",
        "The server could not store it. Send it again later with the same client_ref.",
    ),
    # --- Facebook and Zalo
    "social_secret_broken": (
        "Tệp mật {file} không phải JSON. Ghi lại theo hướng dẫn.",
        "The secret file {file} is not JSON. Write it as the manual says.",
    ),
    "secret_not_writable": (
        "Không ghi được tệp mật {file}. Kiểm tra quyền của thư mục.",
        "The secret file {file} cannot be written. Check the folder's rights.",
    ),
    "social_away": (
        "Chưa nối được máy chủ mạng xã hội, sẽ gửi lại.",
        "The network's server is away; it will be tried again.",
    ),
    "social_cut_off": (
        "Mất kết nối lúc đang gửi, không rõ tin đã đi chưa. Xem lại rồi tự quyết định gửi lại.",
        "Cut off while sending; the message may have gone. Decide yourself whether to resend.",
    ),
    "facebook_up": ("Trang Facebook hoạt động tốt.", "The Facebook page works."),
    "facebook_away": (
        "Mất kết nối Facebook, máy tự nối lại.",
        "Facebook is away; it reconnects by itself.",
    ),
    "facebook_too_many": (
        "Facebook báo gọi quá nhiều, máy tạm nghỉ rồi tiếp.",
        "Facebook reports too many calls; it pauses and then goes on.",
    ),
    "facebook_token_dead": (
        "Mã truy cập Facebook hết hiệu lực. Cấp mã mới vào token_file.",
        "Facebook's token is no longer valid. Put a new one into token_file.",
    ),
    "facebook_token_expires": (
        "Mã truy cập Facebook còn {days} ngày. Cấp mã mới vào token_file.",
        "Facebook's token expires in {days} days. Put a new one into token_file.",
    ),
    "facebook_refused": (
        "Facebook từ chối. Kiểm tra quyền của ứng dụng và nội dung.",
        "Facebook refused it. Check the app's rights and the text.",
    ),
    "facebook_other_app": (
        "Một ứng dụng khác đang giữ cuộc trò chuyện này. Trả lời ở đó hoặc lấy lại quyền.",
        "Another app holds this conversation of the page. Answer there, or take it back.",
    ),
    "facebook_unreachable": (
        "Người này hiện không nhận tin của trang. Hãy liên hệ bằng cách khác.",
        "This person cannot receive messages from the page now. Try another way.",
    ),
    "facebook_too_long": (
        "Tin Facebook tối đa 2000 ký tự. Viết ngắn lại.",
        "A Facebook message has at most 2000 characters. Shorten it.",
    ),
    "facebook_window_over": (
        "Đã quá 24 giờ từ tin cuối của người dân, Facebook không cho gửi. Hãy gọi điện.",
        "More than 24 hours since the person's last message; Facebook forbids it. Call instead.",
    ),
    "zalo_up": ("Zalo OA hoạt động tốt.", "The Zalo account works."),
    "zalo_away": (
        "Mất kết nối Zalo, máy tự nối lại.",
        "Zalo is away; it reconnects by itself.",
    ),
    "zalo_too_many": (
        "Zalo báo gọi quá nhiều, máy tạm nghỉ rồi tiếp.",
        "Zalo reports too many calls; it pauses and then goes on.",
    ),
    "zalo_token_dead": (
        "Mã truy cập Zalo hết hiệu lực. Cấp lại cặp mã vào tokens_file.",
        "Zalo's tokens are no longer valid. Put a new pair into tokens_file.",
    ),
    "zalo_token_lost": (
        "Lần đổi mã Zalo bị cắt ngang, cặp mã mới có thể đã mất. Mã cũ dùng được đến {until}. "
        "Nếu máy đang đổi mã chạy lại thì tự có; nếu không, cấp cặp mã mới vào tokens_file.",
        "A renewal of Zalo's tokens was cut off; the new pair may be lost. The old one works until "
        "{until}. If the machine that renewed comes back it hands the new pair in; otherwise put a "
        "new pair into tokens_file.",
    ),
    "kept_secret_closed": (
        "Không mở được mã của kênh {name} ở máy chủ trung tâm: secret_key ở máy này khác. "
        "Ghi cùng một secret_key ở mọi máy, hoặc cấp cặp mã mới vào tokens_file.",
        "The secret of channel {name} at the centre cannot be opened: this machine's secret_key is "
        "another one. Use the same on every machine, or put a new pair into tokens_file.",
    ),
    "zalo_token_waits": (
        "Máy khác đang giữ mã truy cập Zalo; máy này chờ.",
        "Another machine owns Zalo's tokens; this one waits.",
    ),
    "zalo_refused": (
        "Zalo từ chối. Kiểm tra quyền của OA và nội dung.",
        "Zalo refused it. Check the account's rights and the text.",
    ),
    "zalo_too_long": (
        "Tin Zalo tối đa 2000 ký tự. Viết ngắn lại.",
        "A Zalo message has at most 2000 characters. Shorten it.",
    ),
    "zalo_window_over": (
        "Đã quá 48 giờ từ tin cuối của người dân, Zalo không cho gửi. Hãy gọi điện.",
        "More than 48 hours since the person's last message; Zalo forbids it. Call instead.",
    ),
    "zalo_unreachable": (
        "Người này không nhận tin của OA (chưa quan tâm, đã chặn hoặc bỏ tài khoản). Hãy gọi điện.",
        "This person cannot receive messages from the account. Call instead.",
    ),
    "zalo_no_more_free": (
        "Đã gửi đủ 8 tin miễn phí cho người này. Hãy gọi điện hoặc chờ người dân nhắn lại.",
        "All 8 free answers to this person are used. Call, or wait until the person writes again.",
    ),
}
