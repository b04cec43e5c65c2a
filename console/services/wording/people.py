"""Error sentences of signing in, passwords and citizens' numbers, and the words of the audit."""

PEOPLE_SENTENCES: dict[str, tuple[str, str]] = {
    "wrong_password": (
        "Mật khẩu không đúng. Hãy nhập lại; để ý Caps Lock và bộ gõ tiếng Việt.",
        "The password is wrong. Type it again; mind Caps Lock and the input method.",
    ),
    "password_wait": (
        "Đã sai mật khẩu nhiều lần. Chờ {seconds} giây rồi thử lại, hoặc nhờ quản trị.",
        "The password was wrong too often. Wait {seconds} s and try again, or ask IT.",
    ),
    "password_needed": (
        "Tài khoản “{user}” có mật khẩu nên không dùng được với --as. Hãy đăng nhập ở cửa sổ.",
        "The account “{user}” has a password and cannot be used with --as. Use the window.",
    ),
    "password_too_short": (
        "Mật khẩu quá ngắn, ít nhất {least} ký tự. Một câu dễ nhớ là tốt nhất.",
        "The password is too short, at least {least} characters. A short phrase is best.",
    ),
    "password_too_long": (
        "Mật khẩu quá dài, tối đa {limit} ký tự. Hãy rút gọn.",
        "The password is too long, at most {limit} characters. Shorten it.",
    ),
    "password_elsewhere": (
        "Mật khẩu này do máy chủ trung tâm giữ. Nhờ quản trị đổi ở trung tâm.",
        "The centre keeps this password. Ask the administrator to change it there.",
    ),
    "login_needed": (
        "Máy này theo tài khoản ở trung tâm. Thêm --as TÊN --password-file TỆP của chính mình.",
        "People sign in at the centre here. Add your own --as LOGIN --password-file FILE.",
    ),
    "password_file_needed": (
        "Cần mật khẩu của {user}: thêm --password-file TỆP (chỉ mình đọc được), hoặc chạy ở cửa sổ "
        "dòng lệnh để được hỏi.",
        "The password of {user} is needed: add --password-file FILE (readable by you only), or "
        "run it in a terminal to be asked.",
    ),
    "account_refused": (
        "Trung tâm không cho tài khoản {user} vào nữa. Phiếu đang gõ đã lưu ở máy này. Hỏi "
        "quản trị, hoặc để người khác nhận máy.",
        "The centre no longer admits {user}. What was being typed is kept here. Ask the "
        "administrator, or let somebody else take the seat.",
    ),
    "role_changed": (
        "Quyền của tài khoản {user} ở trung tâm đã đổi. Đăng nhập lại để làm tiếp.",
        "What {user} may do was changed at the centre. Sign in again to go on.",
    ),
    "never_here": (
        "Trung tâm đang mất kết nối và {user} chưa từng vào máy này. Chờ có kết nối, hoặc nhờ "
        "người đã từng vào máy này.",
        "The centre is away and {user} has never signed in here. Wait for the link, or let "
        "somebody in who has.",
    ),
    "other_side": (
        "Máy này giữ dữ liệu của {side}. Vào bằng tài khoản của đơn vị ấy, hoặc dùng máy của đơn "
        "vị bạn.",
        "This seat keeps the data of {side}. Enter with an account of that agency, or use a seat "
        "of your own.",
    ),
    "no_such_draft": (
        "Phiếu nháp này không còn ở máy này. Tải lại danh sách.",
        "This draft is no longer at this seat. Reload the list.",
    ),
    "not_your_draft": (
        "Phiếu nháp này của {owner}. Chỉ người đó hoặc ca trưởng được giao lại.",
        "This draft belongs to {owner}. Only its owner or a supervisor may hand it over.",
    ),
    "number_not_shown": (
        "Vai trò {role} không được xem số điện thoại người dân. Nhờ tổng đài gọi giúp.",
        "The role {role} may not see a citizen's number. Ask the switchboard to call.",
    ),
    "no_number": (
        "Người phản ánh này không để lại số điện thoại. Xem thư hoặc kênh khác.",
        "This reporter left no telephone number. Look at mail or another channel.",
    ),
}

AUDIT_ACTS: dict[str, tuple[str, str]] = {
    "signed_in": ("vào máy", "signed in"),
    "locked": ("khóa máy", "locked"),
    "unlocked": ("mở khóa", "unlocked"),
    "login_refused": ("trung tâm không cho vào nữa", "refused by the centre"),
    "role_changed": ("quyền ở trung tâm đã đổi", "role changed at the centre"),
    "handed_over": ("nhận máy từ", "took over from"),
    "drafts_handed_over": ("giao phiếu nháp", "handed over drafts"),
    "password_set": ("đặt mật khẩu", "set a password"),
    "password_removed": ("bỏ mật khẩu", "removed the password"),
    "password_tried": ("thử mật khẩu", "tried a password"),
    "number_shown": ("xem số điện thoại", "saw a number"),
    "setting_changed": ("đổi cài đặt", "changed a setting"),
    "call_listened": ("nghe cuộc gọi đang nói", "listened to a call"),
    "call_taken_over": ("nhận thay việc gọi lại", "took over a callback"),
    "recording_played": ("nghe ghi âm", "played a recording"),
    "recordings_expired": ("hết hạn giữ ghi âm", "recordings past their time deleted"),
    "request_read": ("xem phản ánh", "read a request"),
    "caller_read": ("xem lịch sử người gọi", "read a caller's history"),
    "audit_read": ("xem nhật ký", "read the audit"),
    "audit_exported": ("xuất nhật ký", "exported the audit"),
    "sender_blocked": ("chặn người gửi", "blocked a sender"),
    "sender_let_go": ("thôi chặn người gửi", "let a blocked sender go"),
    "call_scored": ("chấm điểm cuộc gọi", "scored a call"),
    "citizen_named": ("ghi đồng ý nêu tên", "wrote down a yes to be named"),
    "citizen_unnamed": ("rút đồng ý nêu tên", "took back a yes to be named"),
    "wish_received": ("nhận yêu cầu về dữ liệu", "took down a wish about data"),
    "wish_answered": ("trả lời yêu cầu về dữ liệu", "answered a wish about data"),
    "wish_extended": ("gia hạn yêu cầu về dữ liệu", "extended a wish about data"),
    "wish_done": ("làm xong yêu cầu về dữ liệu", "did what was wished of data"),
    "wish_refused": ("từ chối yêu cầu về dữ liệu", "refused a wish about data"),
    "person_exported": ("xuất dữ liệu của một người", "exported a person's data"),
    "data_imported": ("nhập dữ liệu", "imported data"),
    "store_rebuilt": ("dựng lại các bảng", "rebuilt the tables"),
    "backup_made": ("sao lưu hồ sơ", "made a backup"),
    "store_encrypted": ("mã hoá kho", "encrypted the store"),
    "store_decrypted": ("bỏ mã hoá kho", "took the encryption off the store"),
    "store_key_copied": ("ghi bản khoá dự phòng của kho", "wrote a copy of the store's key"),
    "store_key_restored": ("nhập lại khoá của kho", "put the store's key back"),
    "open_data_exported": ("xuất dữ liệu mở", "exported open data"),
    "volume_alarm": ("báo lượng bất thường", "raised an alarm of volume"),
    "report_sealed": ("niêm phong báo cáo", "sealed a report"),
    "list_exported": ("in, xuất danh sách", "printed or exported a list"),
    "report_exported": ("xuất báo cáo", "exported a report"),
    "notice_issued": ("ra thông báo", "issued a notice"),
    "notice_changed": ("sửa thông báo", "changed a notice"),
    "notice_ended": ("kết thúc thông báo", "ended a notice"),
    "pause_ordered": ("ra lệnh tạm dừng đồng hồ", "ordered clocks to stand still"),
    "pause_ended": ("kết thúc lệnh tạm dừng", "ended a pause of clocks"),
    "shift_entered": ("vào ca", "entered a shift"),
    "shift_left": ("ra ca", "left a shift"),
    "shift_handed_over": ("bàn giao ca", "handed over a shift"),
    "shift_accepted": ("nhận ca", "accepted a shift"),
}
"""Labels of the acts in the audit."""

AUDIT_COLUMNS: tuple[tuple[str, str], ...] = (
    ("Lúc", "At"),
    ("Ai", "Who"),
    ("Vai trò", "Role"),
    ("Máy", "Seat"),
    ("Việc", "Act"),
    ("Về", "About"),
    ("Chi tiết", "Detail"),
)
"""Column heads of the audit."""
